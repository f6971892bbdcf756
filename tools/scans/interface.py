"""schemathesis attacks what an OpenAPI document describes. There is none yet; this turns red as soon as one exists."""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.scans.environments import ROOT
from tools.scans.findings import ScanResult

NOT_OURS: Final = frozenset({"node_modules", ".venv", ".git", "var", "tests"})
DOCUMENT: Final = re.compile(r"(openapi|swagger)[\w.-]*\.(json|ya?ml)", re.IGNORECASE)
ROUTE: Final = re.compile(r"openapi|swagger|NinjaAPI|SpectacularAPIView|get_schema_view", re.IGNORECASE)
# What tells that there is one: a document in the tree, or an address that serves one.
NONE: Final = "there is no OpenAPI document"
PLANTED: Final = {"docs/openapi.yaml": "openapi: 3.1.0", "api/urls.py": 'path("openapi.json", api.openapi)'}


def scan() -> ScanResult:
    with TemporaryDirectory() as folder:
        for name, text in PLANTED.items():
            path = Path(folder, name)
            path.parent.mkdir()
            path.write_text(text)
        noticed = documents(Path(folder))
    planted = {name: name in noticed for name in PLANTED}
    found = documents(ROOT)
    ours = [f"{name} describes an interface that nothing attacks yet: let schemathesis do it here" for name in found]
    return ScanResult("schemathesis", "OpenAPI documents looked for", planted, ours, nothing="" if found else NONE)


def documents(root: Path) -> list[str]:
    """Return OpenAPI documents, and lists of routes that have one."""
    paths = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        for name in files:
            path = Path(folder, name)
            if DOCUMENT.fullmatch(name) or (name == "urls.py" and ROUTE.search(path.read_text())):
                paths.append(path.relative_to(root).as_posix())
    return sorted(paths)
