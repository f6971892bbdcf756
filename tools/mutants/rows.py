"""The rows of the tables of permissions: each letter that is not in one, put in."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from tests.factories.cast import EVERYONE
from tools.mutants.switches import modules

LETTERS: Final = EVERYONE.replace("S", "").replace("X", "")  # X is who has no letter at all


def tables() -> list[tuple[str, str, dict[str, Any]]]:
    """Module, name and dict of every table whose rows are letters and a reason."""
    found = []
    for module in modules():
        if "permissions" in module:
            for name, value in vars(import_module(module)).items():
                if name.isupper() and isinstance(value, dict) and all(_is_row(row) for row in value.values()):
                    found.append((module, name, value))
    return found


def _is_row(row: object) -> bool:
    return isinstance(row, tuple) and bool(row) and isinstance(row[0], str) and set(row[0]) <= set(EVERYONE)


def every_row() -> list[str]:
    return [
        f"{module}:{name} row {act} + {letter}"
        for module, name, table in tables()
        for act, row in table.items()
        for letter in LETTERS
        if letter not in row[0]
    ]


def widen(check: str) -> None:
    """Put the letter into the row, here and now."""
    place, _, rest = check.partition(" row ")
    act, letter = rest.split(" + ")
    module, name = place.split(":")
    table = vars(import_module(module))[name]
    table[act] = (table[act][0] + letter, *table[act][1:])
