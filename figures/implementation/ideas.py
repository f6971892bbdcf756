"""The ideas behind each number of the rates, a page at a time, for those who may see them one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from accounts.models import User
from figures.outcomes.categories import REASON, UNSAID
from figures.outcomes.queries import Told, ideas_behind, keys_of_outcome, told_one_by_one
from figures.scope.selection import Scope
from prototypes.models import Idea
from web.pages.pagination import LAST_PAGE, Page

PER_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose ideas, for whom, by which day, as they were known when; `today` says which may be confirmed."""

    scope: Scope
    user: User
    as_of: date
    today: date
    known_at: datetime | None = None


def listed(asked: Asked, outcome: str, number: int, *, counted: int) -> tuple[Page[Idea], dict[int, Told]]:
    """A page of the ideas with one outcome, "" for all that are counted (`counted`, as the figures say), and what is
    told of each; past the end the first. Two statements, three for an outcome.
    """
    read = _of_outcome if outcome or asked.known_at else _counted
    page = read(asked, outcome, number, counted)
    if not page.rows and number > 1:
        page = read(asked, outcome, 1, counted)
    return page, told_one_by_one(page.rows, as_of=asked.as_of, known_at=asked.known_at)


def _counted(asked: Asked, _outcome: str, number: int, counted: int) -> Page[Idea]:
    start = (number - 1) * PER_PAGE
    found = ideas_behind(asked.scope, asked.user, as_of=asked.as_of).marked(asked.user, asked.today)
    rows = list(found[start : start + PER_PAGE + 1])
    return Page(rows[:PER_PAGE], number, counted, capped=False, has_next=len(rows) > PER_PAGE and number < LAST_PAGE)


def _of_outcome(asked: Asked, outcome: str, number: int, _counted: int) -> Page[Idea]:
    found = _found(asked, outcome, (number - 1) * PER_PAGE, PER_PAGE)
    count = found[0][1] if found else 0
    rows = _by_reference(asked, [pk for pk, _ideas in found])
    return Page(list(rows), number, count, capped=False, has_next=number * PER_PAGE < count and number < LAST_PAGE)


def _found(asked: Asked, outcome: str, skip: int, most: int) -> list[tuple[int, int]]:
    kind, reason = ("reason", outcome.removeprefix(REASON)) if outcome.startswith(REASON) else (outcome, "")
    return keys_of_outcome(
        asked.scope,
        kind,
        reason="" if reason == UNSAID else reason,
        as_of=asked.as_of,
        known_at=asked.known_at,
        skip=skip,
        most=most,
    )


def _by_reference(asked: Asked, ids: list[int]) -> QuerySet[Idea]:
    found = Idea.objects.filter(pk__in=ids).select_related("cohort", "challenge").opened_by(asked.user)
    return found.marked(asked.user, asked.today).order_by("cohort__code", "number")
