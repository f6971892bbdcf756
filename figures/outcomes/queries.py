"""Queries for the outcomes of ideas: one aggregate SELECT per figure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeVar

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from figures.outcomes.outcome_counts import CohortCount, Figures, month_counts
from figures.outcomes.sql.lists import (
    IDEAS_WITH_OUTCOME,
    IDEAS_WITH_OUTCOME_AS_KNOWN,
    OUTCOME_BY_IDEA,
    OUTCOME_BY_IDEA_AS_KNOWN,
)
from figures.outcomes.sql.measured import MEASURED_EFFECTS, MEASURED_EFFECTS_AS_KNOWN
from figures.outcomes.sql.tally import BOUNDS, BOUNDS_AS_KNOWN, MONTHS_BY_COHORT, TALLY, TALLY_AS_KNOWN
from figures.rates import OUTCOMES, CohortMonths
from figures.scope.selection import EVERYTHING, MAX_COHORTS, FiguresScope
from prototypes.enums import IdeaState, LineageKind
from prototypes.ideas.models import IdeaQuerySet
from prototypes.ideas.stale import stale_cutoff
from prototypes.models import Idea, Lineage
from web.database.replica import reading_connection, replica_allowed
from web.database.spool import spooled_rows

K = TypeVar("K")
IN_PART: Final = _("implemented in part")


def sql_parameters(scope: FiguresScope, as_of: date) -> dict[str, Any]:
    """Return the parameters that every statement on outcomes takes, for a scope on the day `as_of`.

    Among them is the day six months before, after which an update confirms an idea.
    """
    return {
        "ids": None,
        "known_at": None,
        **scope.parameters(),
        "as_of": as_of,
        "stale_cutoff": stale_cutoff(as_of),
    }


@replica_allowed
def _read(sql: str, scope: FiguresScope, as_of: date, **extra: Any) -> list[tuple[Any, ...]]:
    """Run an SQL statement on outcomes for a scope and a day and return its rows; `extra` are further parameters."""
    with reading_connection().cursor() as cursor:
        cursor.execute(sql, sql_parameters(scope, as_of) | extra)
        return list(cursor.fetchall())


def read_in_portions(
    sql: str, scope: FiguresScope, as_of: date, known_at: datetime | None
) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a statement on ideas one by one, of which 1,000 are in memory.

    Ideas of other authorities that count in a shared edition are excluded. `known_at` is the moment after which records
    are ignored, None for no limit.
    """
    return spooled_rows(sql, sql_parameters(replace(scope, everyone=False), as_of) | {"known_at": known_at})


class Aggregate(NamedTuple):
    """The SQL of one aggregate in two variants: now, and as known at a past moment."""

    now: str
    as_known: str


TALLY_STATEMENTS = Aggregate(TALLY, TALLY_AS_KNOWN)
BOUNDS_STATEMENTS = Aggregate(BOUNDS, BOUNDS_AS_KNOWN)
EFFECTS_STATEMENTS = Aggregate(MEASURED_EFFECTS, MEASURED_EFFECTS_AS_KNOWN)


def _aggregate(
    statements: Iterable[Aggregate], scope: FiguresScope, as_of: date, known_at: datetime | None
) -> list[tuple[Any, ...]]:
    """Return the rows of aggregates with the same columns for a scope on the day `as_of`, in one statement.

    With `known_at`, records made after that moment are ignored.
    """
    sql = " UNION ALL ".join(one.as_known if known_at else one.now for one in statements)
    return _read(sql, scope, as_of, known_at=known_at) if sql else []


class TallyRow(NamedTuple):
    """A number of ideas with one outcome after so many months; with `cohort`, the ideas of one cohort.

    `detail` is the reason of abandoned ideas, the state of published ones. `days` is the median from capture to
    acceptance of all ideas. Rows of a cohort list the months of its ideas.
    """

    outcome: str
    months: float | None
    detail: str
    cohort: int | None
    ideas: int
    own: int
    still_live: int
    confirmed: int
    vague: int
    replicated: int
    accepted: int
    implemented: int
    followed: int
    implemented_by_horizon: int
    in_part: int
    days: int | None
    months_implemented: list[float] | None
    months_abandoned: list[float] | None
    months_open: list[float] | None

    @property
    def cohort_months(self) -> CohortMonths:
        """The months of the ideas of a cohort: implemented, abandoned and open ones."""
        return self.months_implemented or (), self.months_abandoned or (), self.months_open or ()


def implementation_rates(
    *,
    scope: FiguresScope = EVERYTHING,
    as_of: date,
    known_at: datetime | None = None,
    bounded: bool = True,
    with_effects: bool = False,
) -> Figures:
    """Return the outcomes of the scope's ideas by the day `as_of`, in one statement whatever their number.

    With `known_at`, records made after that moment are ignored. One more statement finds the bounds of the figures
    where days are imprecise, unless `bounded` is false, and counts the implemented ideas with a measured effect where
    `with_effects` asks for it.
    """
    figures = _tally(scope, as_of, known_at)
    has_bounds, has_effects = bounded and bool(figures.imprecise), with_effects and bool(figures.implemented)
    statements = [BOUNDS_STATEMENTS] * has_bounds + [EFFECTS_STATEMENTS] * has_effects
    counted = defaultdict[str, Counter[tuple[float, str]]](Counter)
    for side, outcome, months, ideas in _aggregate(statements, scope, as_of, known_at):
        counted[side][months, outcome] += ideas
    return replace(
        figures,
        bounds=_bounds(figures, counted) if has_bounds else None,
        measured_effects=counted["measured"].total() if with_effects else None,
    )


def _bounds(figures: Figures, sides: Mapping[str, Counter[tuple[float, str]]]) -> tuple[Figures, Figures]:
    """Return two copies of the figures: with the highest, then with the lowest shares that imprecise dates allow.

    Only the numbers of ideas by month differ; these have no intervals by cohort. `sides` has the ideas with imprecise
    days by months and outcome: as “counted”, and as implemented “soonest” and “latest”.
    """
    soonest, latest = (
        replace(figures, by_month=month_counts(figures.counts - sides["counted"] + sides[side]), cohort_months=())
        for side in ("soonest", "latest")
    )
    return soonest, latest


def _tally(scope: FiguresScope, as_of: date, known_at: datetime | None) -> Figures:
    """Return the figures of a scope on the day `as_of`, without the bounds of imprecise dates, in one statement.

    With `known_at`, records made after that moment are ignored.
    """
    tally_rows = [TallyRow(*row) for row in _aggregate([TALLY_STATEMENTS], scope, as_of, known_at)]
    rows = [row for row in tally_rows if row.cohort is None]
    accepted = [row for row in rows if row.outcome in OUTCOMES]
    return Figures(
        as_of=as_of,
        by_month=month_counts(_counted(((row.months or 0, row.outcome), row.ideas) for row in accepted)),
        cohort_months=_months_of_cohorts(tally_rows),
        doubts=_doubts(rows),
        days_to_acceptance=tally_rows[0].days if tally_rows else None,
        of_period=bool(scope.accepted_from or scope.accepted_until),
        listed=sum(row.own for row in accepted),
        captured=sum(row.ideas for row in rows if row.outcome == "captured"),
        merged=sum(row.ideas for row in rows if row.outcome == "merged"),
        still_live=sum(row.still_live for row in rows),
        published=dict(_counted((row.detail, row.ideas) for row in rows if row.outcome == "retrospective")),
        confirmed=sum(row.confirmed for row in accepted),
        confirmed_implemented=sum(row.confirmed for row in accepted if row.outcome == "implemented"),
        reasons=_most_frequent_first(
            _counted((row.detail, row.ideas) for row in accepted if row.outcome == "abandoned")
        ),
        by_cohort=_by_cohort(tally_rows),
        imprecise=sum(row.vague for row in accepted),
        replications=sum(row.replicated for row in accepted),
        known_at=known_at,
    )


def _months_of_cohorts(rows: Iterable[TallyRow]) -> tuple[CohortMonths, ...]:
    """Return the months of the ideas of each cohort, by cohort id."""
    of_cohorts = sorted((row for row in rows if row.cohort is not None), key=attrgetter("cohort"))
    return tuple(row.cohort_months for row in of_cohorts)


def _doubts(rows: Iterable[TallyRow]) -> dict[str, Counter[float]]:
    """Return the ideas of which the outcome may be wrong, by months; see `Figures`."""
    doubts = {name: Counter[float]() for name in ("unconfirmed", "in_part", "merged")}
    for row in rows:
        if row.months is not None:
            doubts["unconfirmed"][row.months] += row.ideas - row.confirmed if row.outcome == "open" else 0
            doubts["in_part"][row.months] += row.in_part
            doubts["merged"][row.months] += row.ideas if row.outcome == "merged" else 0
    return {name: +ideas for name, ideas in doubts.items() if +ideas}


def _counted(pairs: Iterable[tuple[K, int]]) -> Counter[K]:
    """Return, by key, the sum of the numbers of ideas; `pairs` are keys and numbers."""
    counted: Counter[K] = Counter()
    for key, ideas in pairs:
        counted[key] += ideas
    return counted


def _most_frequent_first(reasons: Counter[str]) -> dict[str, int]:
    """Return the numbers of ideas by reason of abandonment, the largest first; equal ones by slug."""
    return dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))


def _by_cohort(rows: Iterable[TallyRow]) -> tuple[CohortCount, ...]:
    """Return the counts of each cohort with accepted ideas, by cohort id; empty with more than 100 such cohorts.

    Rows without a cohort are ignored.
    """
    counts = [
        CohortCount(row.cohort, row.accepted, row.implemented, bool(row.own), row.followed, row.implemented_by_horizon)
        for row in rows
        if row.cohort is not None and row.accepted
    ]
    return tuple(sorted(counts, key=attrgetter("cohort"))) if len(counts) <= MAX_COHORTS else ()


def months_by_cohort(*, scope: FiguresScope, as_of: date) -> dict[int, CohortMonths]:
    """Return the months of the accepted ideas of each cohort that has some, by cohort id; one statement."""
    return {
        cohort: [of_outcome or () for of_outcome in months] for cohort, *months in _read(MONTHS_BY_COHORT, scope, as_of)
    }


class IdeaOutcome(NamedTuple):
    """One idea by some day: its outcome and months, its state with the day it entered it, and its day of acceptance.

    `in_part` marks a split idea of which parts were implemented and others abandoned. `precision` and `acceptance` say
    how precisely the two days are known.
    """

    id: int
    outcome: str
    months: float | None
    state: str
    in_part: bool
    since: date | None
    precision: str
    reason: str
    accepted_on: date | None
    acceptance: str

    @property
    def display_state(self) -> IdeaState:
        """The state to show: the outcome, or the idea's own state (such as in testing) where it is open."""
        return IdeaState(self.state if self.outcome == "open" else self.outcome)

    @property
    def display_label(self) -> StrOrPromise:
        """The label of the state to show: “implemented in part” where other parts of a split idea were abandoned."""
        return IN_PART if self.in_part else self.display_state.label

    @property
    def completed_months(self) -> int | None:
        """The whole months from acceptance to the outcome or the day of the figures; None if never accepted."""
        return None if self.months is None else int(self.months)


def outcomes_by_idea(ideas: Iterable[Idea], *, as_of: date, known_at: datetime | None = None) -> dict[int, IdeaOutcome]:
    """Return the outcome of each of these ideas on the day `as_of`, by idea id, in one statement.

    With `known_at`, records made after that moment are ignored.
    """
    sql, ids = OUTCOME_BY_IDEA_AS_KNOWN if known_at else OUTCOME_BY_IDEA, [idea.pk for idea in ideas]
    return {row[0]: IdeaOutcome(*row) for row in _read(sql, EVERYTHING, as_of, known_at=known_at, ids=ids)}


def ideas_with_outcome(
    scope: FiguresScope,
    outcome: str,
    *,
    reason: str = "",
    as_of: date,
    known_at: datetime | None,
    skip: int,
    limit: int,
) -> tuple[dict[int, IdeaOutcome], int]:
    """Return the outcomes, by idea id, of the ideas with one outcome, and how many there are; one statement.

    Sorted by reference, `limit` of them after the first `skip`. `outcome` is "" for all accepted ideas; with “reason”,
    those abandoned for the slug `reason` ("" for none). With `known_at`, records made after that moment are ignored.
    """
    sql = IDEAS_WITH_OUTCOME_AS_KNOWN if known_at else IDEAS_WITH_OUTCOME
    extra = {"outcome": outcome, "reason": reason, "skip": skip, "limit": limit}
    rows = _read(sql, scope, as_of, known_at=known_at, **extra)
    return {row[0]: IdeaOutcome(*row[:-1]) for row in rows}, rows[0][-1] if rows else 0


def counted_ideas(scope: FiguresScope, user: User, *, as_of: date) -> IdeaQuerySet:
    """Return the accepted ideas of the scope whose authority the reader may read, by reference.

    Ideas merged by `as_of` and parts of a split idea are left out, as in the rates. The annotation `readable` tells
    whether the user may open the idea's page.
    """
    merged = Q(state="merged", state_since__lte=as_of)
    is_part_of_split = Lineage.objects.filter(
        child=OuterRef("pk"), kind=LineageKind.SPLIT, parent__accepted_on__isnull=False
    )
    ideas = scope.ideas().filter(~Exists(is_part_of_split), accepted_on__lte=as_of).exclude(merged)
    return ideas.with_readable(user).select_related("cohort", "challenge").order_by("cohort__code", "number")
