"""What became of ideas, from the database: one aggregate SELECT per figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from figures.groups import Group
from figures.outcomes.figures import CohortCount, Figures
from figures.outcomes.models import RatesRollup
from figures.outcomes.rollups import BOUNDS_AHEAD, TALLY_AHEAD, counted_ahead
from figures.outcomes.sql.lists import OF_OUTCOME, OF_OUTCOME_THEN, ONE_BY_ONE, ONE_BY_ONE_THEN
from figures.outcomes.sql.tally import BOUNDS, BOUNDS_THEN, TALLY, TALLY_THEN
from figures.rates import OUTCOMES, MonthCounts
from figures.scope.selection import EVERYTHING, MOST_COHORTS, Scope
from prototypes.enums import IdeaState, LineageKind
from prototypes.models import Idea, Lineage
from prototypes.queries import IdeaQuerySet
from prototypes.silence import silence

K = TypeVar("K")
IN_PART: Final = _("implemented in part")


def asked_of(scope: Scope, as_of: date) -> dict[str, Any]:
    """What every statement of `figures.outcomes.sql` asks."""
    return {"ids": None, "vaguely": False, **scope.parameters(), "as_of": as_of, "silence": silence(as_of)}


def _read(sql: str, scope: Scope, as_of: date, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked_of(scope, as_of) | more)
        return list(cursor.fetchall())


class Aggregate(NamedTuple):
    """One aggregate of `outcomes.sql`, as it is asked: as things stand, as they were known, and as counted ahead."""

    now: str
    then: str
    ahead: str

    def of(self, scope: Scope, as_of: date, known_at: datetime | None, **more: Any) -> list[tuple[Any, ...]]:
        """In one statement, kept or not."""
        sql = self.then if known_at else self.ahead if scope.rollup else self.now
        return _read(sql, scope, as_of, known_at=known_at, rollup=scope.rollup, **more)


TALLIES = Aggregate(TALLY, TALLY_THEN, TALLY_AHEAD)
BOUNDARIES = Aggregate(BOUNDS, BOUNDS_THEN, BOUNDS_AHEAD)


def rolled_up(scope: Scope, as_of: date) -> RatesRollup:
    """What `implementation_rates` counts from, counted now to be kept. Raises ValueError for a scope never kept."""
    if not scope.rollup:
        raise ValueError("Only everything, and editions as a whole, are counted ahead.")
    return counted_ahead(scope.rollup, asked_of(scope, as_of))


class TallyRow(NamedTuple):
    """So many ideas with one outcome after so many months; or, with `cohort`, those of one cohort.

    `detail` is the reason of abandoned ones, the state of published ones.
    """

    outcome: str
    months: float | None
    detail: str
    cohort: int | None
    ideas: int
    own: int
    standing: int
    confirmed: int
    vague: int
    replicated: int
    accepted: int
    implemented: int
    followed: int
    within: int


def implementation_rates(
    *, scope: Scope = EVERYTHING, as_of: date, known_at: datetime | None = None, bounded: bool = True
) -> Figures:
    """What became of the ideas by that day, in one statement whatever their number.

    With `known_at` as it was known at that moment; as it is known now without. Where days are imprecise one more
    statement finds the figures' bounds, unless not `bounded`.
    """
    figures = _tallied(scope, as_of, known_at)
    return replace(figures, bounds=_bounds(figures, scope)) if bounded and figures.imprecise else figures


def _bounds(figures: Figures, scope: Scope) -> tuple[Figures, Figures]:
    """The highest and the lowest that the shares may be: see `Figures.bounds`."""
    moved = defaultdict[str, Counter[tuple[float, str]]](Counter)
    for side, outcome, months, ideas in BOUNDARIES.of(scope, figures.as_of, figures.known_at, vaguely=True):
        moved[side][months, outcome] += ideas
    counted = Counter({(row.months, OUTCOMES[at]): row[1 + at] for row in figures.by_month for at in range(3)})
    soonest, latest = (
        replace(figures, by_month=_by_month(counted - moved["counted"] + moved[side])) for side in ("soonest", "latest")
    )
    return soonest, latest


def _tallied(scope: Scope, as_of: date, known_at: datetime | None) -> Figures:
    found = [TallyRow(*row) for row in TALLIES.of(scope, as_of, known_at)]
    rows = [row for row in found if row.cohort is None]
    accepted = [row for row in rows if row.months is not None]
    groups = _groups(rows)
    return Figures(
        as_of=as_of,
        by_month=_by_month(_counted(((row.months or 0, row.outcome), row.ideas) for row in accepted)),
        group=groups.get("accepted", Group()),
        captured=groups.get("captured", Group()),
        merged=groups.get("merged", Group()),
        still_live=sum(row.standing for row in rows),
        published=dict(_counted((row.detail, row.ideas) for row in rows if row.outcome == "retrospective")),
        confirmed=sum(row.confirmed for row in accepted),
        reasons=_by_number(_counted((row.detail, row.ideas) for row in accepted if row.outcome == "abandoned")),
        by_cohort=_by_cohort(found),
        imprecise=sum(row.vague for row in accepted),
        replications=sum(row.replicated for row in accepted),
        known_at=known_at,
    )


def _counted(pairs: Iterable[tuple[K, int]]) -> Counter[K]:
    counted: Counter[K] = Counter()
    for key, ideas in pairs:
        counted[key] += ideas
    return counted


def _by_number(reasons: Counter[str]) -> dict[str, int]:
    """Most frequent first, by name where equal."""
    return dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))


def _by_cohort(rows: Iterable[TallyRow]) -> tuple[CohortCount, ...]:
    counts = [
        CohortCount(row.cohort, row.accepted, row.implemented, bool(row.own), row.followed, row.within)
        for row in rows
        if row.cohort is not None and row.accepted
    ]
    return tuple(sorted(counts, key=attrgetter("cohort"))) if len(counts) <= MOST_COHORTS else ()


def _groups(rows: Iterable[TallyRow]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for row in rows:
        side = row.outcome if row.months is None else "accepted"
        so_far = groups.get(side, Group())
        groups[side] = Group(so_far.total + row.ideas, so_far.own + row.own)
    return groups


def _by_month(ideas: Counter[tuple[float, str]]) -> tuple[MonthCounts, ...]:
    months = sorted({month for month, _ in ideas})
    return tuple(MonthCounts(month, *(ideas[month, outcome] for outcome in OUTCOMES)) for month in months)


class Told(NamedTuple):
    """One idea by some day: its outcome, months, and the state it was in since when.

    `in_part` is a split idea of which parts were implemented and others abandoned.
    """

    id: int
    outcome: str
    months: float | None
    state: str
    in_part: bool
    since: date | None
    precision: str
    reason: str

    @property
    def shown(self) -> IdeaState:
        """What it counts as; an open idea shows how far it is."""
        return IdeaState(self.state if self.outcome == "open" else self.outcome)

    @property
    def shown_label(self) -> StrOrPromise:
        return IN_PART if self.in_part else self.shown.label

    @property
    def completed_months(self) -> int | None:
        return None if self.months is None else int(self.months)


def told_one_by_one(ideas: Iterable[Idea], *, as_of: date, known_at: datetime | None = None) -> dict[int, Told]:
    """The same for ideas of one page, by id, in one statement."""
    sql, ids = ONE_BY_ONE_THEN if known_at else ONE_BY_ONE, [idea.pk for idea in ideas]
    return {row[0]: Told(*row) for row in _read(sql, EVERYTHING, as_of, known_at=known_at, ids=ids)}


def keys_of_outcome(
    scope: Scope, outcome: str, *, reason: str = "", as_of: date, known_at: datetime | None, skip: int, most: int
) -> list[tuple[int, int]]:
    """Keys of ideas the reader may see one by one, by reference, each with the number of them all; one statement.

    `outcome` is "" for all accepted; "reason" asks for those abandoned for `reason`.
    """
    sql = OF_OUTCOME_THEN if known_at else OF_OUTCOME
    more = {"outcome": outcome, "reason": reason, "skip": skip, "most": most}
    return [(pk, ideas) for pk, ideas in _read(sql, scope, as_of, known_at=known_at, **more)]


def ideas_behind(scope: Scope, user: User, *, as_of: date) -> IdeaQuerySet:
    """The ideas in the denominator that the reader may see, by reference; `readable` says whose page they may open."""
    gone = Q(state="merged", state_since__lte=as_of)
    part = Lineage.objects.filter(child=OuterRef("pk"), kind=LineageKind.SPLIT, parent__accepted_on__isnull=False)
    found = scope.ideas().filter(~Exists(part), accepted_on__lte=as_of).exclude(gone)
    return found.opened_by(user).select_related("cohort", "challenge").order_by("cohort__code", "number")
