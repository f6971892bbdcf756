"""The difference of two shares with its interval: a published example, and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.intervals.differences import ShareDifference, ShareWithLimits, share_difference
from figures.rates import wilson

limits = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(sorted)
groups = limits.map(lambda ends: ShareWithLimits(ends[1], ends[0], ends[2]))


def counted(implemented: int, ideas: int) -> ShareWithLimits:
    return ShareWithLimits(implemented / ideas, *wilson(implemented, ideas))


@pytest.mark.parametrize(
    ("first", "second", "interval"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ],
)
def test_differences_of_counts_equal_newcombes(first, second, interval):
    """Newcombe 1998, Statistics in Medicine 17, table II, method 10."""
    difference = share_difference(counted(*first), counted(*second))
    assert (round(difference.low, 4), round(difference.high, 4)) == interval
    assert difference.difference == first[0] / first[1] - second[0] / second[1]


@given(groups, groups)
def test_difference_the_other_way_round_has_the_opposite_bounds(first: ShareWithLimits, second: ShareWithLimits):
    one, other = share_difference(first, second), share_difference(second, first)
    assert (other.difference, other.low, other.high) == pytest.approx((-one.difference, -one.high, -one.low))
    assert -1 <= one.low <= one.difference <= one.high <= 1


def test_two_certain_shares_have_a_certain_difference():
    assert share_difference(ShareWithLimits(0.5, 0.5, 0.5), ShareWithLimits(0.25, 0.25, 0.25)) == (0.25, 0.25, 0.25)


@pytest.mark.parametrize(
    ("low", "high", "could_be"),
    [(-0.1, 0.2, True), (0, 0.2, True), (-0.2, 0, True), (0.01, 0.2, False), (-2, -1, False)],
)
def test_interval_that_contains_zero_leaves_open_whether_shares_differ(low: float, high: float, could_be: bool):
    assert ShareDifference((low + high) / 2, low, high).could_be_zero == could_be


@pytest.mark.parametrize("group", [(0.5, 0.6, 0.7), (0.5, 0.4, 0.45), (0.5, -0.1, 0.7), (0.5, 0.4, 1.1)])
def test_share_outside_its_bounds_is_refused(group: tuple[float, float, float]):
    fine, wrong = ShareWithLimits(0.5, 0.4, 0.6), ShareWithLimits(*group)
    for pair in [(fine, wrong), (wrong, fine)]:
        with pytest.raises(ValueError, match=r"^A share lies between its bounds, and these in 0–1: \(0\.5, "):
            share_difference(*pair)
