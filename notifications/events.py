"""An event as this app knows it: by the slug of its kind and its id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventRef:
    """An event: the slug its kind is registered under, its primary key, and the version that rises when it moves."""

    kind: str
    pk: int
    version: int = 1
