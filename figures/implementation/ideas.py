"""The ideas behind each number of the rates, a page at a time, for readers who may see them one by one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from django.db.models import QuerySet

from accounts.models import User
from cohorts.models import Cohort
from figures.outcomes.categories import NO_REASON, REASON_PREFIX
from figures.outcomes.queries import IdeaOutcome, counted_ideas, ideas_with_outcome, outcomes_by_idea
from figures.scope.selection import FiguresScope
from programmes.models import Authority, Edition
from prototypes.models import Idea
from web.database.prepared import prepared
from web.pages.pagination import LAST_PAGE, Page

PER_PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class IdeasQuery:
    """The scope, the reader and the days of a list of ideas; `today` decides which ideas may be confirmed."""

    scope: FiguresScope
    user: User
    as_of: date
    today: date
    known_at: datetime | None = None


PageWithOutcomes: TypeAlias = tuple[Page[Idea], dict[int, IdeaOutcome]]


def page_of_ideas(query: IdeasQuery, outcome: str, number: int, *, counted: int) -> PageWithOutcomes:
    """Return a page of 10 of the counted ideas the reader may see one by one, and a dict of their outcomes by idea id.

    `outcome` is a slug such as “abandoned”, "" for all counted ideas, whose total is `counted`. `number` is the page's,
    from 1; the first page is given where there are fewer pages. Two statements.
    """
    if not (outcome or query.known_at):
        return _counted(query, number if (number - 1) * PER_PAGE < counted else 1, counted)
    found = _of_outcome(query, outcome, number)
    return found if found[0].rows or number == 1 else _of_outcome(query, outcome, 1)


def _counted(query: IdeasQuery, number: int, counted: int) -> PageWithOutcomes:
    """Return page `number` (from 1) of all counted ideas; `counted` is their total, which is not counted again."""
    start, scope = (number - 1) * PER_PAGE, query.scope
    # Only the first page of a scope without kind, period or report is a prepared statement: most people read no other.
    if start or scope.by_kind_or_period or scope.report_cohorts is not None:
        ideas = counted_ideas(scope, query.user, as_of=query.as_of).with_confirmation_flags(query.user, query.today)
        rows = list(ideas[start : start + PER_PAGE + 1])
    else:
        own = None if scope.own is None else tuple(sorted(scope.own))
        rows = _first_ideas(query.user, own, scope.authority, scope.edition, scope.cohort, query.as_of, query.today)
    has_next = len(rows) > PER_PAGE and number < LAST_PAGE
    page = Page(rows[:PER_PAGE], number, counted, capped=False, has_next=has_next)
    return page, outcomes_by_idea(page.rows, as_of=query.as_of, known_at=query.known_at)


@prepared
def _first_ideas(  # noqa: PLR0917 - a prepared function takes them by position
    user: User,
    own: tuple[int, ...] | None,
    authority: Authority | None,
    edition: Edition | None,
    cohort: Cohort | None,
    as_of: date,
    today: date,
) -> QuerySet[Idea]:
    """Return the counted ideas of the first page of a scope without kind or period, and one more if there is one.

    The arguments are the parts of the scope: a prepared statement takes no scope.
    """
    scope = FiguresScope(authority, edition, cohort, own=None if own is None else frozenset(own))
    ideas = counted_ideas(scope, user, as_of=as_of).with_confirmation_flags(user, today)
    return ideas[: PER_PAGE + 1]


def _of_outcome(query: IdeasQuery, outcome: str, number: int) -> PageWithOutcomes:
    """Return page `number` (from 1) of the ideas with one outcome: “open”, or “reason_…” for one reason."""
    reason = outcome.removeprefix(REASON_PREFIX) if outcome.startswith(REASON_PREFIX) else ""
    outcomes, count = ideas_with_outcome(
        query.scope,
        "reason" if reason else outcome,
        reason="" if reason == NO_REASON else reason,
        as_of=query.as_of,
        known_at=query.known_at,
        skip=(number - 1) * PER_PAGE,
        limit=PER_PAGE,
    )
    ideas = Idea.objects.filter(pk__in=outcomes).select_related("cohort", "challenge").with_readable(query.user)
    rows = list(ideas.with_confirmation_flags(query.user, query.today).order_by("cohort__code", "number"))
    has_next = number * PER_PAGE < count and number < LAST_PAGE
    return Page(rows, number, count, capped=False, has_next=has_next), outcomes
