"""Hooks: what a lower app asks of the apps above it. Each of these registers one answer, in `AppConfig.ready`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

H = TypeVar("H")
Part = TypeVar("Part")


class Hooks(Generic[H]):
    """The answers of the apps, in the order of INSTALLED_APPS: an app comes before those it imports.

    Apps call `register`. `by_app` has the hooks by the label of the app: read it to ask one app, and replace an entry
    only in a test (`monkeypatch.setitem`).
    """

    def __init__(self) -> None:
        self.by_app: dict[str, H] = {}

    def register(self, app: str, hooks: H) -> None:
        """Add the hooks of the app with the label `app`; raise ValueError when that app has registered its hooks
        already.
        """
        if app in self.by_app:
            raise ValueError(f"{app} has registered its hooks already")
        self.by_app[app] = hooks

    def __iter__(self) -> Iterator[H]:
        """Return an iterator over the hooks of the apps that registered some, in the order of registration
        (INSTALLED_APPS).
        """
        return iter(self.by_app.values())


def in_order(parts: Iterable[Mapping[int, Part]]) -> list[Part]:
    """Return what several apps add to one page as one list, sorted by the number that each app gives each part.

    `parts` has one dict per app, from number to part.
    """
    numbered = [item for of_app in parts for item in of_app.items()]
    return [part for _number, part in sorted(numbered, key=lambda item: item[0])]


def nothing(*_args: Any, **_named: Any) -> None:
    """Return None, whatever the arguments: the default of a hook that an app does not implement."""
