"""Writes docs/pages.md: every address with its view, its templates, who may see and use it, and its test.

`python -m tools.pages_doc` writes it; a test compares it with what would be written now.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeGuard

import django
from django.apps import apps
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

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
# What the roles of the access matrix cannot express.
DEMO_ONLY: Final = "everyone, in the demonstration only"
NO_ROLE: Final = {
    "set_up": "who has the link that sets the platform up",
    "metrics": "monitoring, with its token",
    "stop_acting": "lab, while acting for someone",
    "cohorts:join": "people with an invitation, by its link",
    "notifications:demo_mailbox": DEMO_ONLY,
    "notifications:demo_email": DEMO_ONLY,
}
MATRIX: Final = "tests/test_role_matrix.py"
HEAD: Final = """# Pages

Every address of the platform. `python -m tools.pages_doc` writes this page from the addresses, the views, the tests and
the access matrix (`tests/matrix/`).

- **Templates** are those that the view names, itself or through functions that it calls. Panels are left out.
- **Neighbour** is a member of another cohort of the same edition.
- **Who may use it** is empty where everyone who sees the page may use it.
- **Test** is the module that requests the address most often, among those nearest to the view.
  `tests/test_role_matrix.py` requests every address.

| address | name | view | templates | who may see it | who may use it | test |
|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the text of the page."""
    from tests.test_role_matrix import ROWS

    lines = [_line(address, name, view, ROWS.get(name)) for address, name, view in sorted(routes(), key=_order)]
    # An address of the API has a route for each method.
    return HEAD + "".join(dict.fromkeys(f"| {' | '.join(line)} |\n" for line in lines))


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
            plain = re.sub(r"\(\?P(<\w+>).*?\)|[\^$]", r"\1", address)  # where the pattern is a regular expression
            yield f"/{plain}", f"{namespace}{pattern.name}", pattern.callback


def _of_a_library(view: Any) -> bool:
    return view.__module__.startswith(("allauth.", "django."))


def _line(address: str, name: str, view: Any, row: Any) -> list[str]:
    visible_to = usable_by = "without the matrix"
    if row is not None:
        visible_to = "everyone" if row.public and row.visible_to else _roles(name, row.visible_to)
        usable_by = "" if row.usable_by is None else _roles(name, row.usable_by)
    view = inspect.unwrap(getattr(view, "view_class", _endpoint(view) or view))
    return [
        f"`{address}`",
        name,
        f"`{view.__module__}.{view.__name__}`",
        ", ".join(f"`{template}`" for template in _templates(view)),
        visible_to,
        usable_by,
        _test(name, view.__module__),
    ]


def _endpoint(view: Any) -> Any:
    """Return the first function behind an address of the API; None for any other view."""
    path_view = inspect.getclosurevars(view).nonlocals.get("self") if inspect.isfunction(view) else None
    return path_view.operations[0].view_func if view.__module__ == "ninja.operation" and path_view else None


def _roles(name: str, keys: str) -> str:
    if set(keys) >= set(ROLES):
        return "everyone signed in"
    return ", ".join(ROLES[key] for key in ROLES if key in keys) or NO_ROLE[name]


def _templates(view: Any) -> list[str]:
    """Return the templates that the view names, itself or through the functions and form pages that it uses."""
    found, pending, visited = {getattr(view, "template_name", "")} - {""}, [view], set()
    while pending:
        function = pending.pop()
        if function in visited or not _shows_pages(function.__module__):
            continue
        visited.add(function)
        templates, used = _uses(function)
        found |= templates
        pending += used
    return sorted(found)


@cache
def _uses(function: Any) -> tuple[set[str], list[Any]]:
    """Return the templates that a function or class names, and the functions and form pages that it uses."""
    templates, used, module = set(), [], inspect.getmodule(function)
    for node in ast.walk(_definitions(module).get(function.__qualname__, ast.Module([], []))):
        value = _value(node, module)
        if isinstance(value, str) and value.endswith(".html"):
            templates.add(value)
        elif inspect.isfunction(value) or (inspect.isclass(value) and value.__module__ == "web.forms.pages"):
            used.append(inspect.unwrap(value))
    return templates, used


def _shows_pages(module: str) -> bool:
    """Tell whether functions of the module may show a page: those of models, actions and e-mails do not."""
    app, *parts = module.split(".")
    without_pages = {"models", "actions"} & set(parts) or parts[-1:] in (["emails"], ["tasks"], ["panels"])
    return apps.is_installed(app) and not without_pages


@cache
def _definitions(module: ModuleType) -> dict[str, ast.AST]:
    """Return the functions and classes of the module by name."""
    body = ast.parse(inspect.getsource(module)).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _value(node: ast.AST, module: ModuleType) -> Any:
    """Return the constant, or what the name stands for in the module: `name` or `imported_module.name`; else None."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return vars(module).get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        home = vars(module).get(node.value.id)
        return vars(home).get(node.attr) if inspect.ismodule(home) else None
    return None


def _test(name: str, module: str) -> str:
    """Return the test module nearest to the view that requests the route; of several, the one that does it most."""
    folders = ["tests", *module.split(".")]

    def rank(test: tuple[str, Counter[str]]) -> tuple[int, int, bool]:
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(folders, test[0].split("/"), strict=False))
        return len(list(shared)), test[1][name], "/test_views" in test[0]

    tests = [test for test in _tests() if test[1][name]]
    return f"`{max(tests, key=rank)[0] if tests else MATRIX}`"


@cache
def _tests() -> list[tuple[str, Counter[str]]]:
    """Return each test module, and how often it names each route, by its name or its address."""
    paths = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if path.parent != ROOT / "tests"]
    return [(str(path.relative_to(ROOT)), Counter(_requested(ast.parse(path.read_text())))) for path in paths]


def _requested(tree: ast.AST) -> Iterator[str]:
    """Yield the name of the route of each address in the tree: written out, reversed, or of the page of an object."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Constant | ast.JoinedStr)]
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    namespaces = {_text(node.args[0]) for node in nodes if _is_call(node, "reverse")}
    for node in nodes:
        if _is_call(node, "reverse"):
            yield _text(node.args[0])
        elif _is_call(node, "get_absolute_url"):
            yield from _route(_page_address(node))
        elif isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in inside:
            yield from _route(_text(node))
            yield from [before[:-1] + _text(node) for before in namespaces if before.endswith(":1")]


def _is_call(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    """Tell whether the node calls `name(…)` or `….name(…)`."""
    return isinstance(node, ast.Call) and name in {getattr(node.func, "id", ""), getattr(node.func, "attr", "")}


def _text(node: Any) -> str:
    """Return the text of a string: with an address for the page of an object, and "1" for what else is not constant."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _page_address(node.value)
    return str(node.value) if isinstance(node, ast.Constant) else "1"


def _page_address(node: ast.AST) -> str:
    """Return the address of "idea" for `idea.get_absolute_url()`; "1" for anything else."""
    if not _is_call(node, "get_absolute_url"):
        return "1"
    thing = getattr(node.func, "value", None)
    return _pages().get(getattr(thing, "attr", "") or getattr(thing, "id", ""), "1")


@cache
def _pages() -> dict[str, str]:
    """Return an address by the name of its route, without the app, where a page has one argument."""
    found = {name.rpartition(":")[2]: address for address, name, _ in routes() if address.count("<") == 1}
    return {name: re.sub("<.*>", "1", address) for name, address in found.items()}


@cache
def _route(text: str) -> list[str]:
    """Return the name of the route in a list; [] for text that is no address."""
    if not re.fullmatch(r"/[\w./:%-]*", address := re.split(r"[?#]", text)[0]):
        return []
    try:
        return [resolve(address).view_name]
    except Resolver404:
        return []


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.test")
    django.setup()
    import_module("tests.test_role_matrix")
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
