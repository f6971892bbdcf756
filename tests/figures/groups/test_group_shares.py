"""The share of a group at a horizon: whose ideas it takes, when it is hidden, and the differences between groups."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.groups.group_shares import HorizonShare, shares_at
from figures.intervals.differences import ShareWithLimits, share_difference
from figures.intervals.pooled import pooled_incidence
from figures.rates import CohortMonths, MonthCounts, cumulative_incidence_from_counts, months_of


def share_at(cohorts: list[CohortMonths], months: int) -> HorizonShare:
    [share] = shares_at(cohorts, [months])
    return share


def cohort(implemented: int, still_open: int, months: float = 12) -> CohortMonths:
    """Return a cohort with ideas implemented in the third month, and ideas still open after some months."""
    return [3] * implemented, [], [months] * still_open


def test_interval_of_several_cohorts_is_by_cohort_and_of_one_log_log():
    several, single = [cohort(4, 20), cohort(9, 12), cohort(1, 15)], [cohort(9, 12)]
    shares = {len(cohorts): share_at(cohorts, 12) for cohorts in (several, single)}
    assert {number: share.interval for number, share in shares.items()} == {3: "by cohort", 1: "log-log"}
    for cohorts in (several, single):
        pooled, share = pooled_incidence(cohorts, 12), shares[len(cohorts)]
        assert (share.share, share.low, share.high) == (pooled.share, pooled.low, pooled.high)


@pytest.mark.parametrize(
    ("still_open", "months", "younger", "has_share"),
    [(5, 12, 1, True), (4, 12, 1, False), (5, 11.9999, 1, False), (5, 12.0001, 1, True), (4, 12, 0, True)],
)
def test_fewer_than_five_ideas_still_open_hide_the_share_where_others_are_younger(
    still_open: int, months: float, younger: int, has_share: bool
):
    share = share_at([([3] * 10, [], [months] * still_open + [5] * younger)], 12)
    assert (share.share is not None, share.followed) == (has_share, still_open if months >= 12 else 0)


def test_share_has_no_interval_where_only_one_of_several_cohorts_was_followed_that_long():
    share = share_at([cohort(3, 6), cohort(1, 9, months=4)], 12)
    assert share == HorizonShare(6, pooled_incidence([cohort(3, 6), cohort(1, 9, months=4)], 12).share)


def test_group_without_ideas_has_no_share():
    assert share_at([], 24) == HorizonShare(0)


IDEAS = st.integers(0, 4)
COUNTS = st.lists(st.builds(MonthCounts, st.integers(0, 100).map(lambda number: number / 4), IDEAS, IDEAS, IDEAS)).map(
    tuple
)


@given(st.lists(COUNTS, max_size=3))
def test_number_followed_is_the_number_at_risk_of_the_common_curve(cohorts: list[tuple[MonthCounts, ...]]):
    curve = cumulative_incidence_from_counts(chain.from_iterable(cohorts))
    shares = shares_at(list(map(months_of, cohorts)), (12, 24))
    assert [share.followed for share in shares] == [curve.at_risk(12), curve.at_risk(24)]


# Differences


def test_difference_combines_both_intervals():
    first, second = HorizonShare(20, 0.5, 0.4, 0.7, "by cohort"), HorizonShare(9, 0.2, 0.1, 0.6, "by cohort")
    expected = share_difference(ShareWithLimits(0.5, 0.4, 0.7), ShareWithLimits(0.2, 0.1, 0.6))
    assert first.minus(second) == expected
    assert expected.difference == pytest.approx(0.3)


@pytest.mark.parametrize(
    "unknown", [HorizonShare(4), HorizonShare(8, 0.3), share_at([cohort(9, 12)], 12)], ids=["few", "none", "log-log"]
)
def test_difference_needs_two_intervals_by_cohort(unknown: HorizonShare):
    known = HorizonShare(9, 0.2, 0.1, 0.6, "by cohort")
    assert (known.minus(unknown), unknown.minus(known)) == (None, None)


def test_difference_from_a_share_of_zero_has_an_interval():
    difference = share_at([cohort(10, 20)] * 9, 12).minus(share_at([cohort(0, 20)] * 9, 12))
    assert difference is not None
    assert (round(difference.difference, 3), difference.could_be_zero) == (0.333, False)
