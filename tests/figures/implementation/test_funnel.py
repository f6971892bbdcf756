"""The funnel of cohorts: limits checked against SciPy, and no small group that can be derived from it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from figures.implementation.funnel import INNER, OUTER, Funnel, build_funnel, limits, lower_limit, too_early
from figures.outcomes.figures import CohortCount

SHARES = st.floats(0, 1).map(lambda share: round(share, 3))


@settings(max_examples=60)
@given(st.integers(1, 400), SHARES, st.sampled_from([INNER, OUTER]))
def test_count_is_under_the_line_exactly_when_so_few_have_at_most_that_chance(ideas: int, share: float, chance: float):
    line = lower_limit(ideas, share, chance)
    counts = range(ideas + 1)
    at_most = binom.cdf(counts, ideas, share)
    # A chance that is the limit's own to ten digits may fall on either side.
    clear = [count for count in counts if abs(at_most[count] - chance) > 1e-10]
    assert [count / ideas < line for count in clear] == [bool(at_most[count] <= chance) for count in clear]


@pytest.mark.parametrize(("ideas", "share"), [(5, 0.4), (24, 10 / 24), (100, 0.05), (1000, 0.31), (20_000, 0.5)])
@pytest.mark.parametrize("chance", [INNER, OUTER])
def test_limit_between_two_counts_is_spiegelhalter_s_interpolation(ideas: int, share: float, chance: float):
    count = int(binom.ppf(chance, ideas, share))
    within = (binom.cdf(count, ideas, share) - chance) / binom.pmf(count, ideas, share)
    assert lower_limit(ideas, share, chance) == pytest.approx(max(0, (count - within) / ideas), abs=1e-9)


@given(st.integers(1, 200), SHARES)
def test_both_ends_are_symmetric_and_outer_limits_are_outside(ideas: int, share: float):
    here, mirrored = limits(ideas, share), limits(ideas, 1 - share)
    assert (1 - here.low, 1 - here.lowest) == pytest.approx((mirrored.high, mirrored.highest), abs=1e-6)
    assert 0 <= here.lowest <= here.low <= share + 1e-9
    assert share - 1e-9 <= here.high <= here.highest <= 1


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_cohorts_with_equal_shares_are_never_outside(share: float):
    assert limits(7, share).inside(share)


def cohorts(*counts: tuple[int, int], own: bool = True, first: int = 0) -> list[CohortCount]:
    """Return cohorts with this many ideas of one age, this many implemented by then; all other figures are neutral."""
    return [
        CohortCount(number, 10 * followed, 9 * followed, own, followed, within)
        for number, (followed, within) in enumerate(counts, first)
    ]


def drawn_of(*counts: tuple[int, int]) -> Funnel:
    drawn = build_funnel(cohorts(*counts))
    assert drawn is not None
    return drawn


def test_funnel_needs_three_cohorts_with_five_ideas_of_that_age():
    assert build_funnel(cohorts((5, 1), (9, 2), (4, 4))) is None
    drawn = drawn_of((5, 1), (9, 2), (6, 4))
    assert (len(drawn.dots), drawn.share) == (3, 7 / 20)


def test_small_cohort_counts_in_the_total_and_is_not_drawn():
    drawn = drawn_of((5, 1), (9, 2), (4, 4), (6, 4))
    assert ([dot.followed for dot in drawn.dots], drawn.followed, drawn.implemented_by_horizon) == ([5, 9, 6], 24, 11)


def test_young_cohort_is_not_at_a_disadvantage():
    """None of its forty ideas is implemented; only the six accepted long ago are counted."""
    old = [CohortCount(number, 40, 20, own=True, followed=40, implemented_by_horizon=10) for number in range(6)]
    drawn = build_funnel([*old, CohortCount(7, 40, 0, own=True, followed=6, implemented_by_horizon=0)])
    assert drawn is not None
    young = drawn.dots[-1]
    assert (drawn.limits_for(young).inside(young.share), drawn.outside) == (True, 0)


def test_lines_go_from_five_ideas_to_the_largest_cohort_or_to_twenty():
    assert [point.ideas for point in drawn_of((8, 1), (5, 2), (6, 3)).lines] == list(range(5, 21))
    assert [point.ideas for point in drawn_of((24, 1), (5, 2), (6, 3)).lines] == list(range(5, 25))
    many = drawn_of((1003, 1), (5, 2), (6, 3)).lines
    assert (many[0].ideas, many[-1].ideas, len(many) <= 42) == (5, 1003, True)


def test_cohorts_outside_the_inner_and_outer_lines_are_counted():
    alike = [(20, 10)] * 6
    assert [
        (drawn.outside, drawn.far_outside)
        for drawn in (drawn_of(*alike, odd) for odd in [(20, 12), (20, 16), (20, 20)])
    ] == [(0, 0), (1, 0), (1, 1)]


@settings(max_examples=25)
@given(st.integers(5, 60), st.sampled_from([0.1, 0.3, 0.5]), st.sampled_from([INNER, OUTER]))
def test_chance_alone_puts_no_more_cohorts_under_a_line_than_its_limit(ideas: int, share: float, chance: float):
    under = [count for count in range(ideas + 1) if count / ideas < lower_limit(ideas, share, chance)]
    assert binom.cdf(max(under, default=-1), ideas, share) <= chance + 1e-9


# Whom it shows


def seen(own: list[tuple[int, int]], others: list[tuple[int, int]]) -> tuple[list[int], int, int] | None:
    """Return the drawn cohorts, the widest point of the limits, and the number of counted ideas."""
    drawn = build_funnel([*cohorts(*own), *cohorts(*others, own=False, first=90)])
    return drawn and ([dot.followed for dot in drawn.dots], drawn.lines[-1].ideas, drawn.followed)


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        ([(12, 3)], [(30, 9), (6, 2), (2, 0)], ([12], 20, 50)),  # no size of another, not even by the lines' length
        ([(25, 3), (7, 2), (6, 1)], [], ([25, 7, 6], 25, 38)),
        ([(12, 3), (7, 2), (6, 1)], [(4, 4)], ([12, 7, 6], 20, 29)),
        ([(12, 3), (7, 2), (6, 1)], [(4, 4), (1, 0)], ([12, 7, 6], 20, 30)),
        ([(4, 3)], [(30, 9), (6, 2), (8, 0)], None),
        ([], [(30, 9), (6, 2), (8, 0)], None),
        ([(12, 3)], [(30, 9), (4, 2)], None),  # two of five ideas
    ],
)
def test_funnel_draws_no_other_cohort(
    own: list[tuple[int, int]], others: list[tuple[int, int]], expected: tuple[list[int], int, int] | None
):
    assert seen(own, others) == expected


@pytest.mark.parametrize(
    ("counts", "early"), [([], True), ([(5, 0), (5, 1)], True), ([(4, 0)] * 9, True), ([(5, 0)] * 3, False)]
)
def test_funnel_is_too_early_with_fewer_than_three_cohorts_of_that_age(counts: list[tuple[int, int]], early: bool):
    assert [too_early(cohorts(*counts, own=own)) for own in (True, False)] == [early, early]
