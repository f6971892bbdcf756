"""semgrep with the rules of the project: over the product, and over a file that breaks each of them once."""

import json
import os
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from labplatform.settings.base import OUR_APPS
from tools.scans.environments import ROOT, Unavailable, tool
from tools.scans.findings import ScanResult

HERE: Final = Path(__file__).parent
RULES: Final = HERE / "rules.yaml"
PRODUCT: Final = (*OUR_APPS, "templates")


def rules() -> list[str]:
    return re.findall(r"^  - id: (\S+)$", RULES.read_text(), re.MULTILINE)


def scan() -> ScanResult:
    """Every rule must find its planted line, at that line, and nothing in the product."""
    with TemporaryDirectory() as folder:
        expected = plant(Path(folder))
        caught = {(_rule(result), result["start"]["line"]) for result in _run(Path(folder), ["."])["results"]}
    planted = {rule: any((rule, line) in caught for line in expected.get(rule, [])) for rule in rules()}
    answer = _run(ROOT, list(PRODUCT))
    ours = [f"{_rule(one)} {one['path']}:{one['start']['line']}" for one in answer["results"]]
    ours += [f"not read: {error.get('message', '')[:200]}" for error in answer["errors"]]
    return ScanResult("semgrep", f"{len(answer['paths']['scanned'])} files, {len(rules())} rules", planted, ours)


def plant(folder: Path) -> dict[str, list[int]]:
    """Write the broken files; return the lines that name each rule."""
    expected: dict[str, list[int]] = {}
    for part in HERE.joinpath("planted.txt").read_text().split("# === ")[1:]:
        name, _, text = part.partition("\n")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for number, line in enumerate(text.splitlines(), start=1):
            for rule in rules():
                if rule in line:
                    expected.setdefault(rule, []).append(number)
    return expected


def _rule(result: dict[str, Any]) -> str:
    return str(result["check_id"]).rsplit(".", 1)[-1]


def _run(where: Path, paths: list[str]) -> dict[str, Any]:
    words = [tool("semgrep", "semgrep"), "scan", "--metrics", "off", "--no-git-ignore", "--json", "-q"]
    quiet = {**os.environ, "SEMGREP_ENABLE_VERSION_CHECK": "0"}
    answer = subprocess.run(
        [*words, "--config", RULES, *paths], cwd=where, env=quiet, check=False, capture_output=True, text=True
    )
    return read(answer.stdout)


def read(output: str) -> dict[str, Any]:
    try:
        return dict(json.loads(output))
    except ValueError as error:
        raise Unavailable("semgrep answered nothing that can be read") from error
