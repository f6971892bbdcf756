"""What is taken out of the program as it stands: parts of constants, items of registries, middlewares, closed doors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from django.conf import settings

from tests.routes import ours
from tools.mutants.walls import MIDDLEWARES, PARTS, REGISTRIES

KINDS: Final = ("lacks", "opens", "runs without")
DOORS: Final = "tests/test_role_matrix.py::test_only_routes_declared_public_answer_whoever_is_signed_out"


def every_part() -> list[str]:
    constants = [
        f"{module}:{name} lacks {part}" for module, name, _ in PARTS for part in sorted(_constant(module, name))
    ]
    items = [
        f"{module}:{name} lacks {slug}" for module, name, _ in REGISTRIES for slug in _constant(module, name).slugs()
    ]
    doors = [f"{name} opens to whoever is signed out" for name in closed_doors()]
    return [*constants, *items, *(f"settings runs without {path}" for path in MIDDLEWARES), *doors]


def is_part(check: str) -> bool:
    return any(f" {kind} " in check for kind in KINDS)


def is_row(check: str) -> bool:
    """Whether it is a letter put into a row of a table (`rows`)."""
    return re.fullmatch(r"[a-z_.]+:[A-Z_]+ row \w+ \+ [A-Z]", check) is not None


def take_out(check: str) -> None:
    """Here and now."""
    if " opens " in check:
        closed_doors()[check.partition(" ")[0]].login_required = False
        return
    if " runs without " in check:
        settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if not check.endswith(path)]
        return
    place, _, part = check.partition(" lacks ")
    module, name = place.split(":")
    whole = _constant(module, name)
    if hasattr(whole, "slugs"):
        del whole._items[part]
    elif isinstance(whole, Mapping):
        del whole[next(key for key in whole if str(key) == part)]  # type: ignore[attr-defined]
    else:
        setattr(import_module(module), name, type(whole)(value for value in whole if str(value) != part))


def noticing(check: str, tests: list[str]) -> list[str]:
    """Those that may notice."""
    if " opens " in check:
        return [DOORS]
    if " runs without " in check:
        return _below(MIDDLEWARES[check.removeprefix("settings runs without ")], tests)
    place = check.partition(" lacks ")[0]
    files = next(files for module, name, files in (*PARTS, *REGISTRIES) if f"{module}:{name}" == place)
    return _below(files, tests)


def closed_doors() -> dict[str, Any]:
    """Our views that nobody sees who is signed out, by the names of their routes."""
    return {name: view for name, view in ours().items() if getattr(view, "login_required", True)}


def _constant(module: str, name: str) -> Any:
    return vars(import_module(module))[name]


def _below(files: str, tests: list[str]) -> list[str]:
    return [test for path in files.split(",") for test in tests if test.startswith(path)]
