"""Differences between two mappings, such as the phases of two format versions by kind. Pure."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ChangeKind = Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class ValueChange(Generic[K, V]):
    """The change of the value at one key of a mapping.

    `before` is None when the key was added, `after` when it was removed; both may also be None as values.
    """

    key: K
    kind: ChangeKind
    before: V | None
    after: V | None


def differences(before: Mapping[K, V], after: Mapping[K, V]) -> list[ValueChange[K, V]]:
    """Return the changes between two mappings: those at keys of `before`, in its order, then the added keys; empty if
    equal.
    """
    changes = [_change_at(key, value, after) for key, value in before.items()]
    new = [ValueChange(key, "added", None, value) for key, value in after.items() if key not in before]
    return [*filter(None, changes), *new]


def _change_at(key: K, value: V, after: Mapping[K, V]) -> ValueChange[K, V] | None:
    """Return the change at `key`, from `value` to what `after` has there; None when it is equal, "removed" when `after`
    has none.
    """
    if key not in after:
        return ValueChange(key, "removed", value, None)
    return ValueChange(key, "changed", value, after[key]) if value != after[key] else None
