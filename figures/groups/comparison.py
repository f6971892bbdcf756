"""Groups side by side: what each one holds, and its share at each horizon next to that of one group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from figures.figure_lines import TOO_FEW_FOLLOWED
from figures.groups.group_shares import HorizonShare, shares_at
from figures.groups.groupings import Group, Grouping, groups_of
from figures.intervals.differences import ShareDifference
from figures.intervals.influence import number_of_ideas
from figures.number_formats import points
from figures.outcomes.outcome_counts import HORIZONS
from figures.outcomes.queries import months_by_cohort
from figures.rates import CohortMonths
from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """The accepted ideas of a group's cohorts, cohort by cohort."""

    group: Group
    cohorts: tuple[CohortMonths, ...]

    @property
    def accepted(self) -> int:
        """The number of the group's accepted ideas."""
        return sum(map(number_of_ideas, self.cohorts))

    @property
    def implemented(self) -> int:
        """The number of the group's ideas that were implemented, however long after acceptance."""
        return sum(len(implemented) for implemented, _abandoned, _open in self.cohorts)


@dataclass(frozen=True, slots=True)
class HorizonRow:
    """A group at one horizon; `difference` is None for the group that others are compared with, or where unknown."""

    group: Group
    at: HorizonShare
    difference: ShareDifference | None

    @property
    def note(self) -> StrOrPromise:
        """Why there is no share or no interval; "" where there are both."""
        if self.at.share is None:
            return TOO_FEW_FOLLOWED
        return (
            ""
            if self.at.interval
            else _("no confidence interval: fewer than two of its cohorts were observed that long")
        )

    @property
    def difference_texts(self) -> tuple[str, ...]:
        """The difference and its two bounds as texts in percentage points; empty where there is none."""
        return tuple(map(points, self.difference or ()))


class HorizonTable(NamedTuple):
    """All groups at one horizon: `followed` ideas of all groups together are still open and followed then."""

    months: int
    rows: list[HorizonRow]
    followed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups in their order, and their shares at each horizon compared with those of the group `reference`."""

    groups: list[GroupCounts]
    reference: Group | None
    horizons: list[HorizonTable]


def comparison_of(
    visible: VisibleCohorts, scope: FiguresScope, *, by: Grouping, as_of: date, reference: str = ""
) -> Comparison:
    """Return the groups of a scope on the day `as_of`, over the cohorts that the reader may count.

    One statement, and one more where the groups are formats. `reference` is the slug of the group that all others are
    compared with.
    """
    groups = groups_of(by, visible.cohorts_in(scope), visible.withheld_from(scope))
    return compare(groups, months_by_cohort(scope=scope, as_of=as_of), reference)


def compare(groups: Sequence[Group], months: Mapping[int, CohortMonths], reference: str = "") -> Comparison:
    """Return the groups side by side, in their order; `months` are those of the ideas by cohort id.

    `reference` is the slug of the group that all others are compared with. Where it names none, it is the first group
    that can be compared at a horizon, else the first with a share, or the first of all.
    """
    rows = [
        GroupCounts(group, tuple(months[cohort.pk] for cohort in group.counted if cohort.pk in months))
        for group in groups
    ]
    shares_by_group = [shares_at(row.cohorts, HORIZONS) for row in rows]
    shares = {
        horizon: [group_shares[position] for group_shares in shares_by_group]
        for position, horizon in enumerate(HORIZONS)
    }
    number = _reference(groups, shares, reference)
    tables = [
        HorizonTable(
            horizon,
            [
                HorizonRow(group, share, None if position == number else share.minus(horizon_shares[number]))
                for position, (group, share) in enumerate(zip(groups, horizon_shares, strict=True))
            ],
            sum(share.followed for share in horizon_shares),
        )
        for horizon, horizon_shares in shares.items()
    ]
    return Comparison(rows, groups[number] if groups else None, tables)


def _reference(groups: Sequence[Group], shares: Mapping[int, list[HorizonShare]], slug: str) -> int:
    """Return the position of the group that the others are compared with."""
    comparable = (place for at in shares.values() for place, share in enumerate(at) if share.is_comparable)
    with_share = (place for at in shares.values() for place, share in enumerate(at) if share.share is not None)
    named = (place for place, group in enumerate(groups) if group.slug == slug)
    return next(chain(named, comparable, with_share), 0)
