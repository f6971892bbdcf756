"""What differs between two versions of anything kept by key: numbers by name, phases by kind, steps by slug. Pure."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Kind = Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Change(Generic[K, V]):
    """`before` is None for what was added, `after` for what was removed; a value may be None on its own account."""

    key: K
    kind: Kind
    before: V | None
    after: V | None


def differences(before: Mapping[K, V], after: Mapping[K, V]) -> list[Change[K, V]]:
    """What to change in `before` to come to `after`: in its order, then what is new, in the order of `after`."""
    kept = [_kept(key, value, after) for key, value in before.items()]
    new = [Change(key, "added", None, value) for key, value in after.items() if key not in before]
    return [*filter(None, kept), *new]


def _kept(key: K, value: V, after: Mapping[K, V]) -> Change[K, V] | None:
    if key not in after:
        return Change(key, "removed", value, None)
    return Change(key, "changed", value, after[key]) if value != after[key] else None
