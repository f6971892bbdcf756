"""A reference to an event by the slug of its kind and its id."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventRef:
    """A reference to an event: the slug of its kind, its primary key, and its version, which rises with each move."""

    kind: str
    pk: int
    version: int = 1
