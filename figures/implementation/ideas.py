"""The ideas behind each number of the rates, a page at a time, for readers who may see them one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from accounts.models import User
from figures.outcomes.categories import NO_REASON, REASON_PREFIX
from figures.outcomes.queries import IdeaOutcome, counted_ideas, idea_ids_with_outcome, outcomes_by_idea
from figures.scope.selection import FiguresScope
from prototypes.models import Idea
from web.pages.pagination import LAST_PAGE, Page

PER_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class IdeasQuery:
    """The scope, the reader and the days of a list of ideas; `today` decides which ideas may be confirmed."""

    scope: FiguresScope
    user: User
    as_of: date
    today: date
    known_at: datetime | None = None


def page_of_ideas(
    query: IdeasQuery, outcome: str, number: int, *, counted: int
) -> tuple[Page[Idea], dict[int, IdeaOutcome]]:
    """Return a page of 20 of the counted ideas the reader may see one by one, and a dict of their outcomes by idea id.

    `outcome` is a slug such as “abandoned”, "" for all counted ideas, whose total is `counted`. `number` is the page's,
    from 1; the first page is given where there are fewer pages. Two statements, three for an outcome.
    """
    read_page = _of_outcome if outcome or query.known_at else _counted
    page = read_page(query, outcome, number, counted)
    if not page.rows and number > 1:
        page = read_page(query, outcome, 1, counted)
    return page, outcomes_by_idea(page.rows, as_of=query.as_of, known_at=query.known_at)


def _counted(query: IdeasQuery, _outcome: str, number: int, counted: int) -> Page[Idea]:
    """Return page `number` (from 1) of all counted ideas; `counted` is their total, which is shown but not recounted.

    `_outcome` is not used; it gives both readers of pages the same parameters.
    """
    start = (number - 1) * PER_PAGE
    ideas = counted_ideas(query.scope, query.user, as_of=query.as_of).with_confirmation_flags(query.user, query.today)
    rows = list(ideas[start : start + PER_PAGE + 1])
    return Page(rows[:PER_PAGE], number, counted, capped=False, has_next=len(rows) > PER_PAGE and number < LAST_PAGE)


def _of_outcome(query: IdeasQuery, outcome: str, number: int, _counted: int) -> Page[Idea]:
    """Return page `number` (from 1) of the ideas with one outcome; their total is counted in the same statement.

    `_counted` is not used; it gives both readers of pages the same parameters.
    """
    ids = _ids_with_outcome(query, outcome, (number - 1) * PER_PAGE, PER_PAGE)
    count = ids[0][1] if ids else 0
    rows = _by_reference(query, [pk for pk, _ideas in ids])
    return Page(list(rows), number, count, capped=False, has_next=number * PER_PAGE < count and number < LAST_PAGE)


def _ids_with_outcome(query: IdeasQuery, outcome: str, skip: int, limit: int) -> list[tuple[int, int]]:
    """Return pairs of an idea's id and the total number of ideas with that outcome, by reference.

    `outcome` is a slug such as “open”, or “reason_…” for ideas abandoned for one reason. `skip` and `limit` cut out the
    page.
    """
    kind, reason = (
        ("reason", outcome.removeprefix(REASON_PREFIX)) if outcome.startswith(REASON_PREFIX) else (outcome, "")
    )
    return idea_ids_with_outcome(
        query.scope,
        kind,
        reason="" if reason == NO_REASON else reason,
        as_of=query.as_of,
        known_at=query.known_at,
        skip=skip,
        limit=limit,
    )


def _by_reference(query: IdeasQuery, ids: list[int]) -> QuerySet[Idea]:
    """Return the ideas with those ids, by reference, each marked with whether the user may open it and may
    confirm it.
    """
    ideas = Idea.objects.filter(pk__in=ids).select_related("cohort", "challenge").with_readable(query.user)
    return ideas.with_confirmation_flags(query.user, query.today).order_by("cohort__code", "number")
