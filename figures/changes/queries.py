"""Queries for what changed between two moments: a constant number of statements, whatever the number of ideas."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from accounts.models import User
from figures.changes.causes import ChangeRecord, Counts
from figures.changes.sql import CHANGES_AS_KNOWN, CHANGES_UNTIL_NOW, RECORDS, SIDE_PARAMETERS
from figures.outcomes.queries import sql_parameters
from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts
from figures.sharing.periods import SharingPeriod, sharing_periods
from prototypes.models import Idea
from web.database.replica import reading_connection, replica_allowed


@dataclass(frozen=True, slots=True)
class Side:
    """One of two figures to compare: the ideas counted, the day of the figures, and the last moment of records.

    `known_at` is None for all that is recorded so far.
    """

    scope: FiguresScope
    as_of: date
    known_at: datetime | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two figures to compare; the ids of the cohorts that began or ended to share their figures in between.

    `stopped` still share now, `no_longer_shared` do not: of these nothing is counted on either side.
    """

    earlier: Side
    later: Side
    began: frozenset[int] = frozenset()
    stopped: frozenset[int] = frozenset()
    no_longer_shared: frozenset[int] = frozenset()


class IdeaChange(NamedTuple):
    """An idea that the reader may see one by one, and what it adds to each count.

    `was` and `is_now` are its outcomes, "" where it is not counted.
    """

    idea: int
    was: str
    is_now: str
    effect: Counts


class CohortChange(NamedTuple):
    """The net change of a cohort whose ideas the reader may not see one by one."""

    cohort: int
    effect: Counts


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two figures: the cohorts, and one page of the ideas, of which there are `idea_count`."""

    earlier: Counts
    later: Counts
    cohorts: list[CohortChange]
    ideas: list[IdeaChange]
    idea_count: int

    @property
    def difference(self) -> Counts:
        """What the later figure has more, or less, than the earlier one."""
        return self.later.minus(self.earlier)

    @property
    def effect_of_ideas(self) -> Counts:
        """What all ideas that the reader may see one by one add to the difference, on every page."""
        rest = self.difference
        for change in self.cohorts:
            rest = rest.minus(change.effect)
        return rest


def compare(visible: VisibleCohorts, scope: FiguresScope, *, since: Side, until: Side) -> Comparison:
    """Return the two sides as this reader may count them: each with the cohorts that shared their figures then.

    A cohort that does not share now is counted on neither side, and a cohort of the reader's own on both. One statement
    where sharing matters, else none.
    """
    others = _cohorts_of_others(visible, scope)
    if not others:
        return Comparison(since, until)
    periods = sharing_periods(others)
    before, after = _sharing_at(periods, since.known_at), _sharing_at(periods, until.known_at)
    now = scope.shared
    return Comparison(
        replace(since, scope=replace(scope, shared=now & before)),
        replace(until, scope=replace(scope, shared=now & after)),
        began=now & (after - before),
        stopped=now & (before - after),
        no_longer_shared=before - now,
    )


def _cohorts_of_others(visible: VisibleCohorts, scope: FiguresScope) -> frozenset[int]:
    """Return the ids of the cohorts of an edition that are not the reader's own; empty where sharing does not matter.

    Those named by the address of a report are counted on both sides, so that sharing does not matter either.
    """
    if visible.own is None or not scope.everyone or scope.report_cohorts is not None:
        return frozenset()
    counted = [cohort.pk for cohort in visible.cohorts_in(scope) if not (visible.owns(cohort) or cohort.retrospective)]
    return frozenset([*counted, *(cohort.pk for cohort in visible.withheld_from(scope))])


def _sharing_at(periods: Iterable[SharingPeriod], moment: datetime | None) -> frozenset[int]:
    """Return the ids of the cohorts that shared at the moment; None is now."""
    return frozenset(
        period.cohort for period in periods if (period.holds_at(moment) if moment else period.ended_at is None)
    )


@replica_allowed
def read_changes(comparison: Comparison, *, skip: int = 0, limit: int) -> Changes:
    """Return what changed between the two sides, with `limit` of the ideas after the first `skip`; one statement.

    Ideas are sorted by the code of their cohort and their number.
    """
    later = comparison.later
    parameters = sql_parameters(later.scope, later.as_of) | {"skip": skip, "limit": limit}
    for name, side in (("earlier", comparison.earlier), ("later", comparison.later)):
        values = sql_parameters(side.scope, side.as_of) | {"known_at": side.known_at}
        parameters |= {f"{name}_{parameter}": values[parameter] for parameter in SIDE_PARAMETERS}
    with reading_connection().cursor() as cursor:
        cursor.execute(CHANGES_AS_KNOWN if later.known_at else CHANGES_UNTIL_NOW, parameters)
        rows = cursor.fetchall()
    [total] = [row for row in rows if row[0] == "total"]
    return Changes(
        Counts(*map(int, total[5:8])),
        Counts(*map(int, total[8:11])),
        [CohortChange(row[1], Counts(*map(int, row[5:8]))) for row in rows if row[0] == "cohort"],
        [IdeaChange(row[2], row[3], row[4], Counts(*row[5:8])) for row in rows if row[0] == "idea"],
        total[2],
    )


class ChangeRecords(NamedTuple):
    """What was recorded about ideas, by idea; and the ids of the parts of split ones."""

    records: dict[int, list[ChangeRecord]]
    parts: dict[int, list[int]]

    @property
    def ideas(self) -> set[int]:
        """The ids of all ideas that are named."""
        own = {record.idea for rows in self.records.values() for record in rows}
        return own | {part for parts in self.parts.values() for part in parts}


@replica_allowed
def read_records(ideas: Iterable[int], *, since: datetime, until: datetime) -> ChangeRecords:
    """Return what was recorded about ideas after the moment `since` and up to `until`; one statement.

    Earlier abandonments are included. Records of the parts of a split idea belong to that idea.
    """
    with reading_connection().cursor() as cursor:
        cursor.execute(RECORDS, {"ids": list(ideas), "since": since, "until": until})
        rows = cursor.fetchall()
    found = ChangeRecords(defaultdict(list), defaultdict(list))
    for row in rows:
        if row[2] == "part":
            found.parts[row[0]].append(row[1])
        else:
            found.records[row[0]].append(ChangeRecord(*row[:-1]))
    return found


def ideas_by_id(ids: Iterable[int], user: User) -> dict[int, Idea]:
    """Return ideas by id with their cohort, `readable` if the user may open their page; one statement."""
    ideas = Idea.objects.filter(pk__in=list(ids)).with_readable(user).select_related("cohort__authority")
    return {idea.pk: idea for idea in ideas.only("reference", "title", "cohort__name", "cohort__authority__name")}
