"""The home page's notices of what is late or at risk; each app adds its own kinds of notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet, TextField, Value

from web.database.prepared import prepared
from web.dates.clock import Today, today_everywhere

if TYPE_CHECKING:
    from django.contrib.postgres.expressions import ArraySubquery
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

NestedRows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class HomeNotice:
    """Something late or at risk, and the one button that deals with it.

    With `answers`, pairs of value and label, there is a button for each instead: it sends its value as `answer` to
    `href`.
    """

    strong: StrOrPromise
    text: StrOrPromise
    href: str
    action: StrOrPromise
    answers: tuple[tuple[str, StrOrPromise], ...] = ()

    def without_button(self) -> HomeNotice:
        """Return this notice for people who read it and change nothing."""
        return replace(self, action="", answers=())


@dataclass(frozen=True, slots=True)
class HomeNoticeSource:
    """One kind of notice on the home page: how to find the rows it is about, and how to describe them.

    `find` gets the reader and today's date at each authority, and returns the rows as one nested column
    (`nested_rows`), or None when the reader gets no such notice. All kinds are read in one `prepared` statement, so
    `find` may depend on nothing else. `describe` turns the rows into notices.
    """

    find: Callable[[Any, Today], ArraySubquery | None]
    describe: Callable[[HttpRequest, NestedRows], list[HomeNotice]]

    def __call__(self, request: HttpRequest) -> list[HomeNotice]:
        """Return the notices of this one kind for the signed-in person, in one statement.

        [] and no statement when the person gets no such notice.
        """
        return home_notices_of([self], request)


@dataclass(frozen=True, slots=True)
class MainAction:
    """The button at the top right of a person's home page."""

    label: StrOrPromise
    href: str
    icon: str


def home_notices_of(sources: Iterable[HomeNoticeSource], request: HttpRequest) -> list[HomeNotice]:
    """Return what needs the attention of the signed-in person, as notices for the home page, in the order of `sources`.

    All sources are read with one SQL statement.
    """
    all_sources = tuple(sources)
    for columns in _find_rows(all_sources, request.user, today_everywhere()):
        concerning = ((source, rows) for source, rows in zip(all_sources, columns, strict=True) if rows is not None)
        return [notice for source, rows in concerning for notice in source.describe(request, rows)]
    return []


@prepared
def _find_rows(sources: tuple[HomeNoticeSource, ...], user: Any, today: Today) -> QuerySet[Any, tuple[Any, ...]]:
    """Return one row with a column per source: the rows that its notices are about, None where the user gets no such
    notice.

    No row when the user gets no notice of any kind. `today` is the date in every time zone.
    """
    columns = [source.find(user, today) for source in sources]
    people: Any = apps.get_model(settings.AUTH_USER_MODEL).objects
    if not any(columns):
        return people.none().values_list()  # type: ignore[no-any-return]
    nothing = Value(None, output_field=TextField())
    return people.filter(pk=user.pk).values_list(*(column or nothing for column in columns))  # type: ignore[no-any-return]


def total_if_truncated(rows: NestedRows) -> int:
    """Return the total number of rows when only the first ones were read, else 0.

    `rows` are JSON objects that each carry the `total`, as `web.database.nested_rows.nested_first` gives them.
    """
    return rows[0]["total"] if rows and rows[0]["total"] > len(rows) else 0
