"""Runs the tests nearest to what changed since main: `make test-fast`.

For a changed module these are its own test (`test_actions.py` for `actions.py`, in the same folder below `tests/`) and
every test module that imports it; for a changed template, the tests of the modules that name it. Browser journeys, the
access matrix and the tests of programs in `tools/` are left to `make test`. When no chosen test needs a database, none
is started.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
SLOW: Final = ("tests/journeys/", "tests/tools/", "tests/matrix/", "tests/test_")
NEEDS_DATABASE: Final = re.compile(r"django_db|\bdb: None|\btests\.factories\b|\bclient\b|\bcast\b|\bstage\b")


def changed_files(base: str = "") -> list[str]:
    """Return the paths that differ from `base` (default: where this branch left main), also those not committed."""
    base = base or _start_of_branch()
    differing = _git("diff", "--name-only", "--diff-filter=d", base) + _git(
        "ls-files", "--others", "--exclude-standard"
    )
    return sorted(set(differing))


def _start_of_branch() -> str:
    """Return the commit where this branch left main; on main itself, the commit before the last."""
    main = "origin/main" if _git("rev-parse", "--verify", "--quiet", "origin/main") else "main"
    [base] = _git("merge-base", "HEAD", main) or ["HEAD~1"]
    return base if [base] != _git("rev-parse", "HEAD") else "HEAD~1"


def _git(*words: str) -> list[str]:
    command = ["git", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()


def tests_of(changed: Iterable[str]) -> list[str]:
    """Return the paths of the test modules nearest to these files, in order."""
    python = {path for path in changed if path.endswith(".py")}
    templates = {path.removeprefix("templates/") for path in changed if path.startswith("templates/")}
    modules = python | {path for path in _modules() if _names_one_of(path, templates)}
    chosen = {path for path in modules if _is_test(path)}
    names = {_dotted(path) for path in modules - chosen}
    mirrors = {name.replace(".", "_") for name in names}
    for path in _test_modules():
        if _mirrored(path) in mirrors or _imports_one_of(path, names):
            chosen.add(path)
    return sorted(path for path in chosen if not path.startswith(SLOW))


def _is_test(path: str) -> bool:
    return path.startswith("tests/") and Path(path).name.startswith("test_")


def _test_modules() -> Iterator[str]:
    yield from (str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").rglob("test_*.py")))


def _modules() -> list[str]:
    return [path for path in _git("ls-files", "*.py") if not path.startswith("tests/")]


def _names_one_of(path: str, templates: set[str]) -> bool:
    """Return whether the module names one of the templates."""
    text = (ROOT / path).read_text()
    return any(f'"{name}"' in text for name in templates)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _mirrored(test: str) -> str:
    """Return the module a test is named for, dots as underscores: `test_views_ideas` tests `views.ideas`."""
    path = Path(test).relative_to("tests")
    return _dotted(str(path.with_name(path.name.removeprefix("test_")))).replace(".", "_")


def _imports_one_of(test: str, names: set[str]) -> bool:
    """Return whether a test module imports one of the modules, or something out of it."""
    text = (ROOT / test).read_text()
    if not any(name.rpartition(".")[2] in text for name in names):
        return False  # reading is quicker than parsing
    imported: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            imported |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
    return bool(imported & names)


def need_database(tests: Iterable[str]) -> bool:
    return any(NEEDS_DATABASE.search((ROOT / path).read_text()) for path in tests)


def main(words: list[str]) -> int:
    changed = changed_files()
    tests = tests_of(changed)
    if not tests:
        print(f"{len(changed)} files changed, and no fast test is near them: run make test.")
        return 0
    environment = dict(os.environ) if need_database(tests) else {**os.environ, "WITHOUT_DATABASE": "1"}
    print(f"{len(changed)} files changed: {len(tests)} test modules.", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *tests, *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
