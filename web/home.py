"""What the home page is made of: notes that need someone now, and cards, both brought by the apps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings

from web.panels import Panel
from web.registries import Registry

if TYPE_CHECKING:
    from django.contrib.postgres.expressions import ArraySubquery
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

Found = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Attention:
    """Something late or at risk, and the one button that deals with it."""

    strong: StrOrPromise
    text: StrOrPromise
    href: str
    action: StrOrPromise


@dataclass(frozen=True, slots=True)
class Watch:
    """One kind of thing that may need someone: where to look, and what to say of the rows found.

    `find` gives the rows as one nested column (`web.nested`), None where the reader is not concerned, so that one
    statement looks for all kinds at once; `say` turns the rows into notes.
    """

    find: Callable[[HttpRequest], ArraySubquery | None]
    say: Callable[[HttpRequest, Found], list[Attention]]

    def __call__(self, request: HttpRequest) -> list[Attention]:
        """The notes of this kind alone (one statement, none where the reader is not concerned)."""
        return notes_of([self], request)


@dataclass(frozen=True, slots=True)
class MainAction:
    """The button at the top right of someone's home page."""

    label: StrOrPromise
    href: str
    icon: str


home_cards: Registry[Panel] = Registry("home cards")
attention: Registry[Watch] = Registry("attention")
main_actions: Registry[Callable[[HttpRequest], MainAction | None]] = Registry("main actions")


def notes(request: HttpRequest) -> list[Attention]:
    """Everything that needs this person now, in the order of the registry (one statement)."""
    return notes_of(attention, request)


def notes_of(watches: Iterable[Watch], request: HttpRequest) -> list[Attention]:
    """The notes of these kinds, in their order, read in one statement."""
    asked = [(watch, rows) for watch in watches if (rows := watch.find(request)) is not None]
    if not asked:
        return []
    people: Any = apps.get_model(settings.AUTH_USER_MODEL)
    found = people.objects.filter(pk=request.user.pk).values_list(*(rows for _watch, rows in asked)).get()
    return [note for (watch, _rows), rows in zip(asked, found, strict=True) for note in watch.say(request, rows)]


def main_action(request: HttpRequest) -> MainAction | None:
    """The first action that someone's home has to offer."""
    offered = (offer(request) for offer in main_actions)
    return next((action for action in offered if action), None)
