"""Writes docs/pages.md: every address with its view, its template, who may see and use it, and its test.

`python -m tools.pages_doc` writes it; a test compares it with what would be written now.
"""

from __future__ import annotations

import ast
import inspect
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import django
from django.urls import URLPattern, URLResolver, get_resolver

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "pages.md"
ROLES: Final = {
    "S": "lab",
    "C": "coordinator",
    "D": "resident",
    "P": "pilot",
    "M": "ambassador",
    "R": "relay",
    "A": "admin",
    "N": "neighbour",
    "X": "others signed in",
}
HEAD: Final = """# Pages

Every address of the platform. `python -m tools.pages_doc` writes this page from the addresses, the views and the access
matrix (`tests/matrix/`). A neighbour is a member of another cohort of the same edition.

| address | name | view | template | who may see it | who may use it | test |
|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the text of the page."""
    from tests.test_role_matrix import ROWS

    lines = [_line(address, name, view, ROWS.get(name)) for address, name, view in sorted(routes(), key=_order)]
    return HEAD + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _order(route: tuple[str, str, Any]) -> tuple[str, str]:
    return route[0].replace("<", "~"), route[1]


def routes(
    resolver: URLResolver | None = None, before: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Yield address, name and view of each named route whose view is ours."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, address, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern) and pattern.name and not _of_a_library(pattern.callback):
            yield f"/{address}", f"{namespace}{pattern.name}", pattern.callback


def _of_a_library(view: Any) -> bool:
    return view.__module__.startswith(("allauth.", "django."))


def _line(address: str, name: str, view: Any, row: Any) -> list[str]:
    visible_to = usable_by = "without the matrix"
    if row is not None:
        visible_to = "everyone" if row.public else _roles(row.visible_to)
        usable_by = "" if row.usable_by is None else _roles(row.usable_by)
    view = inspect.unwrap(getattr(view, "view_class", view))
    app = view.__module__.partition(".")[0]
    return [
        f"`{address}`",
        name,
        f"`{view.__module__}.{view.__name__}`",
        _template(view),
        visible_to,
        usable_by,
        _test(name, app),
    ]


def _roles(keys: str) -> str:
    if set(keys) >= set(ROLES):
        return "everyone signed in"
    return ", ".join(ROLES[key] for key in ROLES if key in keys) or "no one in the matrix"


def _template(view: Any) -> str:
    """Return the template that the view names, itself or through a function of its module; most forms share one."""
    module = inspect.getmodule(view)
    functions = {
        node.name: node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.FunctionDef)
    }
    pending, seen = [view.__name__], set()
    while pending:
        name = pending.pop(0)
        if name in seen or name not in functions:
            continue
        seen.add(name)
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".html"):
                return f"`{node.value}`"
            if isinstance(node, ast.Name):
                pending.append(node.id)
    return ""


def _test(name: str, app: str) -> str:
    """Return the first test module that asks for the route by its name, one of the view's own app if there is one."""
    for path, text in sorted(_tests(), key=lambda test: not test[0].startswith(f"tests/{app}/")):
        if f'"{name}"' in text:
            return f"`{path}`"
    return ""


def _tests() -> list[tuple[str, str]]:
    if not _read:
        paths = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if path.parent != ROOT / "tests"]
        _read.extend((str(path.relative_to(ROOT)), path.read_text()) for path in paths)
    return _read


_read: list[tuple[str, str]] = []


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.test")
    django.setup()
    import_module("tests.test_role_matrix")
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
