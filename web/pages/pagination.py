"""Read lists page by page, at a cost that does not grow with the table: the count stops at a cap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from web.database.arrays import among
from web.database.keys import key_of

PER_PAGE = 50
COUNT_CAP = 1000
LAST_PAGE = 2000

T = TypeVar("T")
M = TypeVar("M", bound="Model")


class NumberedPage:
    """Previous and next page of a page; subclasses have its `number`, and whether it `has_next`."""

    __slots__ = ()
    number: int
    has_next: bool

    @property
    def previous(self) -> int | None:
        """The number of the page before this one; None on the first page."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after this one; None on the last page."""
        return self.number + 1 if self.has_next else None


@dataclass(frozen=True, slots=True)
class Page(NumberedPage, Generic[T]):
    """One page of a list; there are `count` rows, or more than that when `capped`."""

    rows: Sequence[T]
    number: int
    count: int
    capped: bool
    has_next: bool

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_number(text: str | None) -> int:
    """Return the page number in a URL's parameter, from 1 to 2,000; 1 when it is missing or invalid,
    2,000 when larger.
    """
    return min(key_of(text or "") or 1, LAST_PAGE)


def page_of(rows: Sequence[T], number: str | None, *, per_page: int = PER_PAGE) -> Page[T]:
    """Return one page of rows that are all read already; `number` is the page number as the URL has it.

    A number past the end gives the last page, an invalid one the first.
    """
    current = min(page_number(number), max(ceil(len(rows) / per_page), 1))
    end = current * per_page
    return Page(rows[end - per_page : end], current, len(rows), False, end < len(rows))


def paginate(queryset: QuerySet[M], number: str | None, *, per_page: int = PER_PAGE, by_key: bool = False) -> Page[M]:
    """Return one page of a queryset (two statements); `number` is the page number as the URL has it.

    Rows are counted up to 1,000 only. A number past the end gives the last page, an invalid one the first. Raises
    ValueError for an unordered queryset, whose rows could repeat or be missing between pages.

    With `by_key`, counting reads the keys of the rows, and the page is looked up among these. Otherwise PostgreSQL may
    walk through a table in the order of its list until it has found enough rows that the person may see.
    """
    if not queryset.ordered:
        raise ValueError("Only an ordered queryset can be read page by page")
    counted, current, first = queryset.order_by(), page_number(number), COUNT_CAP + 1
    keys = list(counted.values_list("pk", flat=True)[:first]) if by_key else []
    count = len(keys) if by_key else counted[:first].count()
    if by_key and count <= COUNT_CAP:
        queryset = queryset.filter(among("pk", keys))
    if count <= COUNT_CAP:
        current = min(current, max(ceil(count / per_page), 1))
    start = (current - 1) * per_page
    rows = list(queryset[start : start + per_page + 1])
    has_next = len(rows) > per_page and current < LAST_PAGE
    return Page(rows[:per_page], current, min(count, COUNT_CAP), count > COUNT_CAP, has_next)
