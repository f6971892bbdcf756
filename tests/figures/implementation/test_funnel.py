"""The funnel of cohorts: limits checked against SciPy, each cohort compared with the others, and whom it shows."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, binom

from figures.implementation.funnel import INNER, OUTER, Funnel, Others, build_funnel, limits, lower_limits, too_early
from figures.outcomes.outcome_counts import CohortCount

OTHERS = st.integers(1, 300).flatmap(
    lambda followed: st.integers(0, followed).map(lambda implemented: Others(implemented, followed))
)


def limit_of(ideas: int, others: Others, chance: float) -> float:
    """Return the lower limit of this chance."""
    return dict(zip((OUTER, INNER), lower_limits(ideas, others), strict=True))[chance]


def predicted(ideas: int, others: Others) -> Any:
    """Return SciPy's distribution of a cohort's number of ideas implemented, if it is like the others."""
    return betabinom(ideas, others.implemented + 1 / 2, others.followed - others.implemented + 1 / 2)


@settings(max_examples=60)
@given(st.integers(1, 300), OTHERS, st.sampled_from([INNER, OUTER]))
def test_count_is_under_the_line_exactly_when_so_few_have_at_most_that_chance(
    ideas: int, others: Others, chance: float
):
    line = limit_of(ideas, others, chance)
    counts = range(ideas + 1)
    at_most = predicted(ideas, others).cdf(counts)
    # A chance that is the limit's own to ten digits may fall on either side.
    clear = [count for count in counts if abs(at_most[count] - chance) > 1e-10]
    assert [count / ideas < line for count in clear] == [bool(at_most[count] <= chance) for count in clear]


@pytest.mark.parametrize(
    ("ideas", "others"),
    [
        (5, Others(4, 10)),
        (24, Others(10, 24)),
        (100, Others(5, 100)),
        (1000, Others(31, 100)),
        (20_000, Others(50_000, 100_000)),
        (2_000, Others(2, 10)),
    ],
)
@pytest.mark.parametrize("chance", [INNER, OUTER])
def test_limit_between_two_counts_is_spiegelhalter_s_interpolation(ideas: int, others: Others, chance: float):
    distribution = predicted(ideas, others)
    count = int(distribution.ppf(chance))
    within = (distribution.cdf(count) - chance) / distribution.pmf(count)
    assert limit_of(ideas, others, chance) == pytest.approx(max(0, (count - within) / ideas), abs=1e-7)


@given(st.integers(1, 200), OTHERS)
def test_both_ends_are_symmetric_and_outer_limits_are_outside(ideas: int, others: Others):
    here, mirrored = limits(ideas, others), limits(ideas, Others(others.followed - others.implemented, others.followed))
    assert (1 - here.low, 1 - here.lowest) == pytest.approx((mirrored.high, mirrored.highest), abs=1e-6)
    assert 0 <= here.lowest <= here.low <= here.high <= here.highest <= 1


@pytest.mark.parametrize("implemented", [0, 7])
def test_cohorts_with_equal_shares_are_never_outside(implemented: int):
    assert limits(7, Others(2 * implemented, 14)).inside(implemented / 7)


def outside_by_chance(ideas: int, followed: int, share: float, chance: float) -> tuple[float, float]:
    """Return the probability that a cohort lies under the lower, and above the upper limit, if all ideas are alike."""
    counts, others = np.arange(ideas + 1), np.arange(followed + 1)
    ends = [limits(ideas, Others(int(implemented), followed)) for implemented in others]
    low, high = ("low", "high") if chance == INNER else ("lowest", "highest")
    below = [[count / ideas < getattr(end, low) for count in counts] for end in ends]
    above = [[count / ideas > getattr(end, high) for count in counts] for end in ends]
    weight = np.outer(binom.pmf(others, followed, share), binom.pmf(counts, ideas, share))
    return float((weight * below).sum()), float((weight * above).sum())


@pytest.mark.parametrize("chance", [INNER, OUTER])
@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
@pytest.mark.parametrize(("ideas", "followed"), [(5, 10), (10, 20), (24, 24), (24, 72), (40, 20), (24, 200)])
def test_chance_alone_puts_few_cohorts_outside_though_the_others_are_an_estimate(
    ideas: int, followed: int, share: float, chance: float
):
    """With the share of the others taken for the true one, up to a third would lie above the upper limit."""
    assert max(outside_by_chance(ideas, followed, share, chance)) <= chance * 1.2


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
    assert (len(drawn.dots), drawn.implemented_by_horizon, drawn.followed) == (3, 7, 20)


def test_each_cohort_is_compared_with_all_others_and_not_with_itself():
    drawn = drawn_of((5, 1), (9, 2), (4, 4), (6, 4))
    assert [drawn.limits_for(dot) for dot in drawn.dots] == [
        limits(5, Others(10, 19)),
        limits(9, Others(9, 15)),
        limits(6, Others(7, 18)),
    ]


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


def test_cohorts_outside_the_inner_and_outer_lines_are_counted():
    alike = [(20, 10)] * 6
    assert [
        (drawn.outside, drawn.far_outside)
        for drawn in (drawn_of(*alike, odd) for odd in [(20, 12), (20, 16), (20, 20)])
    ] == [(0, 0), (1, 0), (1, 1)]


# Whom it shows


def seen(own: list[tuple[int, int]], others: list[tuple[int, int]]) -> tuple[list[int], int] | None:
    """Return the drawn cohorts and the number of counted ideas."""
    drawn = build_funnel([*cohorts(*own), *cohorts(*others, own=False, first=90)])
    return drawn and ([dot.followed for dot in drawn.dots], drawn.followed)


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        ([(12, 3)], [(30, 9), (6, 2), (2, 0)], ([12], 50)),
        ([(25, 3), (7, 2), (6, 1)], [], ([25, 7, 6], 38)),
        ([(12, 3), (7, 2), (6, 1)], [(4, 4)], ([12, 7, 6], 29)),
        ([(12, 3), (7, 2), (6, 1)], [(4, 4), (1, 0)], ([12, 7, 6], 30)),
        ([(4, 3)], [(30, 9), (6, 2), (8, 0)], None),
        ([], [(30, 9), (6, 2), (8, 0)], None),
        ([(12, 3)], [(30, 9), (4, 2)], None),  # two of five ideas
    ],
)
def test_funnel_draws_no_other_cohort(
    own: list[tuple[int, int]], others: list[tuple[int, int]], expected: tuple[list[int], int] | None
):
    assert seen(own, others) == expected


@pytest.mark.parametrize(
    ("counts", "early"), [([], True), ([(5, 0), (5, 1)], True), ([(4, 0)] * 9, True), ([(5, 0)] * 3, False)]
)
def test_funnel_is_too_early_with_fewer_than_three_cohorts_of_that_age(counts: list[tuple[int, int]], early: bool):
    assert [too_early(cohorts(*counts, own=own)) for own in (True, False)] == [early, early]
