"""The home page's notices of what is late or at risk; each app adds its own kinds of notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet, Subquery, TextField, Value
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise

from web.database.nested_rows import MAX_COUNT
from web.database.prepared import prepared
from web.dates.clock import Today, platform_day, today_everywhere
from web.text.formats import short_day
from web.text.language import active_language

NestedRows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class HomeNotice:
    """Something late or at risk, and the one button that deals with it.

    With `answers`, pairs of value and label, there is a button for each instead: it sends its value as `answer` to
    `href`. `when` is the date that matters, in words: `on_day`, `held_day`, `since_day`,
    `until_day` or `start_day`.
    """

    strong: StrOrPromise
    text: StrOrPromise
    href: str
    action: StrOrPromise
    answers: tuple[tuple[str, StrOrPromise], ...] = ()
    when: StrOrPromise = ""

    def without_button(self) -> HomeNotice:
        """Return this notice for people who read it and change nothing."""
        return replace(self, action="", answers=())


def on_day(day: date | str | None) -> str:
    """Return “on 24/11/2026” in the reader's language; `day` may be ISO text, as in nested rows; "" for None."""
    return _("on %(day)s") % {"day": _day_text(day)} if day else ""


def held_day(day: date | str | None) -> str:
    """Return “held on 24/11/2026” in the reader's language; `day` may be ISO text, as in nested rows; "" for None."""
    return _("held on %(day)s") % {"day": _day_text(day)} if day else ""


def since_day(day: date | str | None) -> str:
    """Return “since 24/11/2026” in the reader's language; `day` may be ISO text of a date or moment; "" for None."""
    return _("since %(day)s") % {"day": _day_text(day)} if day else ""


def until_day(day: date | str | None) -> str:
    """Return “until 24/11/2026” in the reader's language; `day` may be ISO text of a date or moment; "" for None."""
    return _("until %(day)s") % {"day": _day_text(day)} if day else ""


def start_day(day: date | str | None) -> str:
    """Return “start: 24/11/2026” in the reader's language; `day` may be ISO text, as in nested rows; "" for None."""
    return _("start: %(day)s") % {"day": _day_text(day)} if day else ""


def _day_text(day: date | str) -> str:
    """Return a day as the reader's language writes it; of the ISO text of a moment, its platform day."""
    value = day
    if isinstance(value, str):
        value = platform_day(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value)
    return short_day(value, active_language())


@dataclass(frozen=True, slots=True)
class HomeRows:
    """Rows that the home page reads.

    `find` gets the reader and today's date at each authority, and returns the rows as one nested column
    (`nested_rows`), or None where they do not concern the reader. All are read in one `prepared` statement, so `find`
    may depend on nothing else.
    """

    find: Callable[[Any, Today], Subquery | None]


@dataclass(frozen=True, slots=True)
class HomeNoticeSource(HomeRows):
    """One kind of notice on the home page: the rows it is about, and how to describe them.

    `describe` turns the rows into notices. `slug` names the kind for good, `label` heads several notices of the kind.
    """

    describe: Callable[[HttpRequest, NestedRows], list[HomeNotice]]
    slug: str = ""
    label: StrOrPromise = field(default="", compare=False)

    def __call__(self, request: HttpRequest) -> list[HomeNotice]:
        """Return the notices of this one kind for the signed-in person, in one statement.

        [] and no statement when the person gets no such notice.
        """
        return home_notices_of([self], request)


Source = TypeVar("Source", bound=HomeRows)


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
    return [notice for source, rows in rows_of(sources, request) for notice in source.describe(request, rows)]


def rows_of(sources: Iterable[Source], request: HttpRequest) -> list[tuple[Source, NestedRows]]:
    """Return the rows of each source that concerns the signed-in person, in the order of `sources` (one statement)."""
    all_sources = tuple(sources)
    for columns in _find_rows(all_sources, request.user, today_everywhere()):
        return [(source, rows) for source, rows in zip(all_sources, columns, strict=True) if rows is not None]
    return []


@prepared
def _find_rows(sources: tuple[HomeRows, ...], user: Any, today: Today) -> QuerySet[Any, tuple[Any, ...]]:
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


def capped_count_text(count: int) -> str:
    """Return the number of a `CappedCount` as the first words of a notice: “12”, or “More than 99” at its limit."""
    if count < MAX_COUNT:
        return str(count)
    return pgettext("number before a noun", "More than %(count)s") % {"count": MAX_COUNT - 1}


def total_if_truncated(rows: NestedRows) -> int:
    """Return the total number of rows when only the first ones were read, else 0.

    `rows` are JSON objects that each carry the `total`, as `web.database.nested_rows.nested_first` gives them.
    """
    return rows[0]["total"] if rows and rows[0]["total"] > len(rows) else 0
