"""The funnel of cohorts: limits checked against SciPy, and nobody's small group to be worked out from it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from prototypes.figures import CohortCount
from prototypes.funnel import INNER, OUTER, Funnel, funnel, limits, lower_limit, shown

SHARES = st.floats(0, 1).map(lambda share: round(share, 3))


@settings(max_examples=60)
@given(st.integers(1, 400), SHARES, st.sampled_from([INNER, OUTER]))
def test_a_count_lies_under_the_line_exactly_when_so_few_have_at_most_that_chance(
    ideas: int, share: float, chance: float
):
    line = lower_limit(ideas, share, chance)
    counts = range(ideas + 1)
    at_most = binom.cdf(counts, ideas, share)
    # A chance that is the limit's own to ten digits may fall on either side.
    clear = [count for count in counts if abs(at_most[count] - chance) > 1e-10]
    assert [count / ideas < line for count in clear] == [bool(at_most[count] <= chance) for count in clear]


@pytest.mark.parametrize(("ideas", "share"), [(5, 0.4), (24, 10 / 24), (100, 0.05), (1000, 0.31), (20_000, 0.5)])
@pytest.mark.parametrize("chance", [INNER, OUTER])
def test_between_two_counts_it_is_spiegelhalters_interpolation(ideas: int, share: float, chance: float):
    count = int(binom.ppf(chance, ideas, share))
    within = (binom.cdf(count, ideas, share) - chance) / binom.pmf(count, ideas, share)
    assert lower_limit(ideas, share, chance) == pytest.approx(max(0, (count - within) / ideas), abs=1e-9)


@given(st.integers(1, 200), SHARES)
def test_both_ends_mean_the_same_and_the_outer_lines_lie_outside(ideas: int, share: float):
    here, mirrored = limits(ideas, share), limits(ideas, 1 - share)
    assert (1 - here.low, 1 - here.lowest) == pytest.approx((mirrored.high, mirrored.highest), abs=1e-6)
    assert 0 <= here.lowest <= here.low <= share + 1e-9
    assert share - 1e-9 <= here.high <= here.highest <= 1


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_all_fared_alike_nobody_stands_out(share: float):
    assert limits(7, share).inside(share)


def cohorts(*counts: tuple[int, int], own: bool = False) -> list[CohortCount]:
    return [CohortCount(number, accepted, implemented, own) for number, (accepted, implemented) in enumerate(counts)]


def test_it_takes_three_cohorts_of_five_ideas():
    assert funnel(cohorts((5, 1), (9, 2), (4, 4))) is None
    drawn = funnel(cohorts((5, 1), (9, 2), (6, 4)))
    assert drawn is not None
    assert (len(drawn.dots), drawn.share) == (3, 7 / 20)


def test_lines_reach_from_five_ideas_to_the_largest_cohort():
    assert [point.ideas for point in Funnel(tuple(cohorts((8, 1), (5, 2), (6, 3)))).lines] == [5, 6, 7, 8]
    many = Funnel(tuple(cohorts((1003, 1), (5, 2), (6, 3)))).lines
    assert (many[0].ideas, many[-1].ideas, len(many) <= 42) == (5, 1003, True)


def test_those_outside_are_counted_near_and_far():
    alike = [(20, 10)] * 6
    assert [
        (drawn.outside, drawn.far_outside)
        for drawn in (Funnel(tuple(cohorts(*alike, odd))) for odd in [(20, 12), (20, 16), (20, 20)])
    ] == [(0, 0), (1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("others", "seen"),
    [
        ([5, 6, 7], [5, 6, 7]),
        ([4, 6, 7], [7]),
        ([2, 2, 6, 7], [7]),
        ([3, 3, 6, 7], [6, 7]),
        ([1, 5], []),
    ],
)
def test_fewer_than_five_ideas_of_others_cannot_be_worked_out_by_subtraction(others: list[int], seen: list[int]):
    rows = [*cohorts((12, 3), own=True), *cohorts(*((accepted, 0) for accepted in others))]
    assert [cohort.accepted for cohort in shown(rows)] == [12, *seen]


def test_ones_own_small_cohort_is_left_out_and_hides_nobody():
    rows = [*cohorts((4, 3), own=True), *cohorts((5, 0), (6, 0))]
    assert [cohort.accepted for cohort in shown(rows)] == [5, 6]
