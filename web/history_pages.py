"""What has a history page of its own: each app says in `AppConfig.ready` what it keeps, and what is part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import ForeignKey, Model, Q

from web.registries import Registry

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import ResolverMatch
    from django_stubs_ext import StrOrPromise


ONLY: Final = 1  # the key of the one row of its table

# What a column says, in words, of its value and of the whole row as it was then.
Wording = Callable[[Any, Mapping[str, Any]], "StrOrPromise"]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows whose history belongs to an object: `leads` is the way from them up to it, `prototype__idea` for one.

    Where rows know the object by slug and id only, `about` is the slug, and `leads` the column of the id.
    """

    model: type[Model]
    leads: str
    about: str = ""

    def way(self) -> Iterator[tuple[type[Model], str]]:
        """Each table on the way up, with the column that leads on from it."""
        model: Any = self.model
        for name in self.leads.split("__"):
            field = model._meta.get_field(name)
            yield model, field.column
            model = field.related_model if isinstance(field, ForeignKey) else model


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of object with its history.

    `pages` are the routes that show one; `argument` is what they call it (nothing where there is but one), and `key`
    the column that is. `title` is the column that names one. `known` says which rows have a page; others are nothing.
    Where `forms_only`, all of the pages are forms, and none is where one returns to.
    """

    one: StrOrPromise
    model: type[Model]
    title: str = ""
    pages: tuple[str, ...] = ()
    argument: str = "pk"
    key: str = "pk"
    parts: tuple[Part, ...] = ()
    known: Q = field(default_factory=Q)
    forms_only: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """The way from a page to the history of what it shows."""

    slug: str
    key: object


histories: Registry[Kept] = Registry("histories")
UNSHOWN: Final[dict[type[Model], tuple[str, ...]]] = {}
LEFT_OUT: Final[dict[type[Model], str]] = {}
PARTS: Final[dict[type[Model], tuple[Part, ...]]] = {}
NAMED: Final[dict[type[Model], tuple[str, ...]]] = {}
WORDED: Final[dict[type[Model], Mapping[str, Wording]]] = {}


def keep(
    kinds: Mapping[str, Kept],
    *,
    unshown: Mapping[Any, tuple[str, ...]] | None = None,
    left_out: Mapping[Any, str] | None = None,
    parts: Mapping[Any, tuple[Part, ...]] | None = None,
    named: Mapping[Any, tuple[str, ...]] | None = None,
    worded: Mapping[Any, Mapping[str, Wording]] | None = None,
) -> None:
    """What an app keeps: its kinds by slug, columns that are never shown (secrets, what was said in confidence), and
    the models whose history has no page, each with the reason. `parts` are rows that belong to objects of a lower app.

    `named` are the ways to what rows without a title are called, the first that says something; `worded` are columns
    that hold slugs, or more than one value.
    """
    for slug, kept in kinds.items():
        histories.register(slug, kept)
    UNSHOWN.update(unshown or {})
    LEFT_OUT.update(left_out or {})
    PARTS.update(parts or {})
    NAMED.update({kept.model: (kept.title,) for kept in kinds.values() if kept.title})
    NAMED.update(named or {})
    WORDED.update(worded or {})


def link_of(request: HttpRequest, shown: Link | None = None) -> Link | None:
    """The history of what the page shows, for lab staff; no other page has one.

    `shown` is said by a page whose address does not name what it shows.
    """
    match = request.resolver_match
    if match is None or not getattr(request.user, "is_lab_staff", False):
        return None
    return shown or _by_address(match)


def _by_address(match: ResolverMatch) -> Link | None:
    shown = (
        Link(slug, match.kwargs[kept.argument] if kept.argument else ONLY)
        for slug, kept in histories.items()
        if match.view_name in kept.pages
    )
    return next(shown, None)
