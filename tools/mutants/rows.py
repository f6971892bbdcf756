"""The rows of the permission tables, each with one more role."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from accounts.roles import Role
from tools.mutants.switches import modules

ADDED: Final = [role for role in Role if role is not Role.LAB]


def tables() -> list[tuple[str, str, dict[str, Any]]]:
    """Return module, name and dict of every table whose rows are roles and a reason."""
    rows = []
    for module in modules():
        if "permissions" in module:
            for name, value in vars(import_module(module)).items():
                if name.isupper() and isinstance(value, dict) and all(_is_row(row) for row in value.values()):
                    rows.append((module, name, value))
    return rows


def _is_row(row: object) -> bool:
    return isinstance(row, tuple) and bool(row) and isinstance(row[0], frozenset) and row[0] <= set(Role)


def every_row() -> list[str]:
    return [
        f"{module}:{name} row {permission} + {role}"
        for module, name, table in tables()
        for permission, row in table.items()
        for role in ADDED
        if role not in row[0]
    ]


def widen(check: str) -> None:
    """Add the role to the row in this process."""
    place, _, rest = check.partition(" row ")
    permission, role = rest.split(" + ")
    module, name = place.split(":")
    table = vars(import_module(module))[name]
    table[permission] = (table[permission][0] | {Role(role)}, *table[permission][1:])
