"""The kinds of objects that have a history page; each app registers its own, with the tables that belong to it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import ResolverMatch
from django_stubs_ext import StrOrPromise

from web.registries import Registry

SINGLE_ROW_KEY: Final = 1  # the primary key in tables of one row

# Returns the text for a column's value, given the value and the whole row as it was then.
ValueText = Callable[[Any, Mapping[str, Any]], "StrOrPromise"]


@dataclass(frozen=True, slots=True)
class HistoryPart:
    """A table whose history belongs to an object; `path` leads from its rows to the object: `prototype__idea`.

    Where rows name the object by slug and id only, `about` is the slug, and `path` the column of the id.
    """

    model: type[Model]
    path: str
    about: str = ""

    def path_columns(self) -> Iterator[tuple[type[Model], str]]:
        """Yield pairs of model and column along `path`: the part's own table first, each with the column that leads to
        the next.
        """
        model: Any = self.model
        for name in self.path.split("__"):
            field = model._meta.get_field(name)
            yield model, field.column
            model = field.related_model if isinstance(field, ForeignKey) else model


@dataclass(frozen=True, slots=True)
class HistoryKind:
    """A kind of object with a history page.

    `pages` are the URL names of the pages that show one object; `argument` is their URL argument ("" where there is one
    object only), and `key` the column it holds. `title` is the column that names an object. `filter` selects the rows
    that have a page. With `forms_only`, all of these pages are forms, and the history page has no link back to them.
    Where lab staff may not read every object, `visible_to` returns those that a person may read.
    """

    singular: StrOrPromise
    model: type[Model]
    title: str = ""
    pages: tuple[str, ...] = ()
    argument: str = "pk"
    key: str = "pk"
    parts: tuple[HistoryPart, ...] = ()
    filter: Q = field(default_factory=Q)
    forms_only: bool = False
    visible_to: Callable[[Any], QuerySet[Any]] | None = None


@dataclass(frozen=True, slots=True)
class HistoryLink:
    """The URL arguments of the history page of the object that a page shows."""

    slug: str
    key: object


histories: Registry[HistoryKind] = Registry("histories")
HIDDEN_COLUMNS: Final[dict[type[Model], tuple[str, ...]]] = {}
MODELS_WITHOUT_PAGE: Final[dict[type[Model], str]] = {}
ADDED_PARTS: Final[dict[type[Model], tuple[HistoryPart, ...]]] = {}
NAME_PATHS: Final[dict[type[Model], tuple[str, ...]]] = {}
VALUE_TEXTS: Final[dict[type[Model], Mapping[str, ValueText]]] = {}


def register_histories(
    kinds: Mapping[str, HistoryKind],
    *,
    hidden_columns: Mapping[Any, tuple[str, ...]] | None = None,
    models_without_page: Mapping[Any, str] | None = None,
    added_parts: Mapping[Any, tuple[HistoryPart, ...]] | None = None,
    name_paths: Mapping[Any, tuple[str, ...]] | None = None,
    value_texts: Mapping[Any, Mapping[str, ValueText]] | None = None,
) -> None:
    """Register the kinds of objects of an app that have a history page, by slug, and how their history is shown.

    - `hidden_columns`: columns that are never shown, by model (secrets, confidential texts)
    - `models_without_page`: models whose history has no page, with the reason
    - `added_parts`: tables that belong to objects of a lower app, by the model of these objects
    - `name_paths`: lookup paths to the name of a row without a title; the first one with a value is used
    - `value_texts`: columns that hold slugs or several values, with the functions that return their text
    """
    for slug, kind in kinds.items():
        histories.register(slug, kind)
    HIDDEN_COLUMNS.update(hidden_columns or {})
    MODELS_WITHOUT_PAGE.update(models_without_page or {})
    for model, parts in (added_parts or {}).items():  # several apps may add to one model
        ADDED_PARTS[model] = (*ADDED_PARTS.get(model, ()), *parts)
    NAME_PATHS.update({kind.model: (kind.title,) for kind in kinds.values() if kind.title})
    NAME_PATHS.update(name_paths or {})
    VALUE_TEXTS.update(value_texts or {})


def link_to_history(request: HttpRequest, link: HistoryLink | None, *, by_url: bool) -> HistoryLink | None:
    """Return the link to the history of the object that the requested page shows; None for anyone but lab staff.

    A page whose URL does not name its object, or whose object may not exist yet, passes the `link` itself, or None.
    With `by_url` the object is found by the page's URL; None for pages that show no object with a history.
    """
    match = request.resolver_match
    if match is None or not getattr(request.user, "is_lab_staff", False):
        return None
    return _link_by_url_name(match) if by_url else link


def _link_by_url_name(match: ResolverMatch) -> HistoryLink | None:
    """Return the link to the history of the object that a page's URL names; None when no kind of object has this page.

    `match` is the resolved URL: name of the page and arguments.
    """
    links = (
        HistoryLink(slug, match.kwargs[kind.argument] if kind.argument else SINGLE_ROW_KEY)
        for slug, kind in histories.items()
        if match.view_name in kind.pages
    )
    return next(links, None)
