"""Which routes of the role matrix go through a check: those of the view it stands in, else those of its module."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, Final

from tests.routes import ours

MATRIX: Final = "tests/test_role_matrix.py"
FEW: Final = 6


def tests_of(check: str) -> list[str]:
    """None where it stands in no module of views."""
    module, _, place = check.partition(":")
    line = place.partition(":")[0]
    if not line.isdigit():
        return []
    inside = [name for name, first, last in _routes(module) if first <= int(line) <= last]
    names = inside or [name for name, *_ in _routes(module)]
    return [f"{MATRIX}::test_each_role_gets_what_the_table_says[{name}]" for name in names[:FEW]]


def _routes(module: str) -> list[tuple[str, int, int]]:
    return [(name, first, last) for name, home, first, last in _all() if home == module]


@cache
def _all() -> tuple[tuple[str, str, int, int], ...]:
    """Name, module, first and last line of each of our views."""
    return tuple(_lines(name, view) for name, view in ours().items())


def _lines(name: str, view: Any) -> tuple[str, str, int, int]:
    written = getattr(view, "view_class", None) or inspect.unwrap(view)
    lines, first = inspect.getsourcelines(written)
    return name, written.__module__, first, first + len(lines) - 1
