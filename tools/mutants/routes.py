"""The routes of the role matrix that reach a check: those of its view, else those of its module."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, Final

from ninja.operation import PathView

from tests.routes import our_views

MATRIX: Final = "tests/test_role_matrix.py"
FEW: Final = 6  # routes of a check at most


def matrix_tests_of(check: str) -> list[str]:
    """Return the tests of the routes whose code contains the check, else of the first routes of its module.

    None for a check outside the modules of views.
    """
    module, _, place = check.partition(":")
    line = place.partition(":")[0]
    if not line.isdigit():
        return []
    inside = [name for name, first, last in _routes(module) if first <= int(line) <= last]
    names = list(dict.fromkeys(inside or [name for name, *_ in _routes(module)]))
    return [f"{MATRIX}::test_each_role_gets_the_declared_answer[{name}]" for name in names[:FEW]]


def _routes(module: str) -> list[tuple[str, int, int]]:
    return [(name, first, last) for name, home, first, last in _all() if home == module]


@cache
def _all() -> tuple[tuple[str, str, int, int], ...]:
    """Return route, module, first and last line of each of our views, and of each method of an endpoint of the API."""
    return tuple(_lines(name, function) for name, view in our_views().items() for function in _functions(view))


def _functions(view: Any) -> list[Any]:
    """Return the functions behind a view: one for each method of an endpoint of the API."""
    if view.__module__ != PathView.__module__:
        return [view]
    return [operation.view_func for operation in inspect.getclosurevars(view).nonlocals["self"].operations]


def _lines(name: str, view: Any) -> tuple[str, str, int, int]:
    written = getattr(view, "view_class", None) or inspect.unwrap(view)
    lines, first = inspect.getsourcelines(written)
    return name, written.__module__, first, first + len(lines) - 1
