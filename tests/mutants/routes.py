"""Which routes of the role matrix go through a check: those of the view it stands in, else those of its module."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

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
    return tuple(_below(get_resolver(), ""))


def _below(resolver: URLResolver, namespace: str) -> list[tuple[str, str, int, int]]:
    found: list[tuple[str, str, int, int]] = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            view: Any = inspect.unwrap(pattern.callback)
            if inspect.isfunction(view):
                lines, first = inspect.getsourcelines(view)
                found.append((f"{namespace}{pattern.name}", view.__module__, first, first + len(lines) - 1))
        elif str(pattern.pattern) not in {"accounts/", "admin/"}:
            found += _below(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
    return found
