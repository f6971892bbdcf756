"""Our JavaScript modules import each other under hashed names; vendor scripts stay unchanged."""

import re
from pathlib import Path
from typing import Any

import pytest

from web.assets.static_storage import CompressedStorage, ManifestStorage

MODULE = 'import { a } from "./a.js";\nconst left = await import("./a.js").catch(() => null);\n'


@pytest.mark.parametrize("kind", [ManifestStorage, CompressedStorage])
@pytest.mark.parametrize(("folder", "ours"), [("js/field", True), ("vendor", False)])
def test_module_imports_use_hashed_names(tmp_path: Path, kind: type[Any], folder: str, ours: bool):
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "a.js").write_text("export const a = 1;\n")
    (tmp_path / folder / "b.js").write_text(MODULE)
    storage = kind(location=tmp_path, base_url="/static/")
    names = {f"{folder}/{name}.js": (storage, f"{folder}/{name}.js") for name in "ab"}
    done = {old: new for old, new, _processed in storage.post_process(names) if new.endswith(".js")}
    written = (tmp_path / done[f"{folder}/b.js"]).read_text()
    assert len(re.findall(r"\./a\.[0-9a-f]{12}\.js", written)) == (2 if ours else 0)
