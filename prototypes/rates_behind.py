"""The ideas behind each number of the rates, a page at a time, for those who may see them one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from prototypes.models import Idea
from prototypes.outcomes import REASON, UNSAID
from prototypes.rates_queries import Scope, Told, ideas_behind, keys_of_outcome, told_one_by_one
from web.pagination import Page, page_number, paginate


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose ideas, for whom, by which day, as they were known when; `today` says which may be confirmed."""

    scope: Scope
    user: User
    as_of: date
    today: date
    known_at: datetime | None = None


def listed(asked: Asked, outcome: str, number: str | None, *, per_page: int) -> tuple[Page[Idea], dict[int, Told]]:
    """A page of the ideas with one outcome, "" for all that are counted, and what is told of each; three statements."""
    if outcome or asked.known_at:
        page = _of_outcome(asked, outcome, page_number(number), per_page)
    else:
        found = ideas_behind(asked.scope, asked.user, as_of=asked.as_of).marked(asked.user, asked.today)
        page = paginate(found, number, per_page=per_page)
    return page, told_one_by_one(page.rows, as_of=asked.as_of, known_at=asked.known_at)


def _of_outcome(asked: Asked, outcome: str, number: int, per_page: int) -> Page[Idea]:
    """Past the end means the first page."""
    found = _found(asked, outcome, (number - 1) * per_page, per_page)
    if not found and number > 1:
        return _of_outcome(asked, outcome, 1, per_page)
    count = found[0][1] if found else 0
    rows = _by_reference(asked, [pk for pk, _ideas in found])
    return Page(list(rows), number, count, capped=False, has_next=number * per_page < count)


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
    page = Idea.objects.visible_to(asked.user).filter(pk=OuterRef("pk"))
    found = Idea.objects.filter(pk__in=ids).select_related("cohort", "challenge").annotate(readable=Exists(page))
    return found.marked(asked.user, asked.today).order_by("cohort__code", "number")
