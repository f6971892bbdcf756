"""What the home page is made of: notes that need someone now, and cards, both brought by the apps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet, TextField, Value

from web.database.prepared import prepared
from web.dates.clock import Today, today_everywhere
from web.pages.panels import Panel
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

    `find` gives the rows for a reader and today at each authority as one nested column (`nested_rows`), None where the
    reader is not concerned, so that one statement looks for all kinds at once; it is composed once (`prepared`):
    nothing else may decide what it looks for. `say` turns the rows into notes.
    """

    find: Callable[[Any, Today], ArraySubquery | None]
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
    asked = tuple(watches)
    for found in _found(asked, request.user, today_everywhere()):
        told = ((watch, rows) for watch, rows in zip(asked, found, strict=True) if rows is not None)
        return [note for watch, rows in told for note in watch.say(request, rows)]
    return []


@prepared
def _found(watches: tuple[Watch, ...], user: Any, today: Today) -> QuerySet[Any, tuple[Any, ...]]:
    """One row with what each of them found; none at all where nothing concerns the reader."""
    columns = [watch.find(user, today) for watch in watches]
    people: Any = apps.get_model(settings.AUTH_USER_MODEL).objects
    if not any(columns):
        return people.none().values_list()  # type: ignore[no-any-return]
    nothing = Value(None, output_field=TextField())
    return people.filter(pk=user.pk).values_list(*(column or nothing for column in columns))  # type: ignore[no-any-return]


def in_all(found: Found) -> int:
    """How many there are where only the first were found (`nested_rows.first`); 0 where that was all of them."""
    return found[0]["of"] if found and found[0]["of"] > len(found) else 0


def main_action(request: HttpRequest) -> MainAction | None:
    """The first action that someone's home has to offer."""
    offered = (offer(request) for offer in main_actions)
    return next((action for action in offered if action), None)
