"""The plain words for a share, and how far ahead the sentence looks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.implementation.plain_shares import LANDMARKS, Projection, fraction, project
from tests.factories.rates import TWENTY_FOUR_IDEAS
from tests.figures.outcomes.test_figures import NOTHING, figures_of


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (0.0, "hardly_any"),
        (0.04, "hardly_any"),
        (0.06, "one_in_ten"),
        (0.17, "one_in_five"),
        (0.256978, "a_quarter"),
        (0.31, "a_third"),
        (0.42, "two_in_five"),
        (0.492335, "half"),
        (0.58, "three_in_five"),
        (0.691057, "two_thirds"),
        (0.72, "three_quarters"),
        (0.8, "four_in_five"),
        (0.93, "nine_in_ten"),
        (0.96, "almost_all"),
        (1.0, "almost_all"),
    ],
)
def test_fraction_is_the_nearest_landmark(share: float, word: str):
    assert fraction(share) == word


@given(st.floats(0, 1))
def test_no_landmark_is_further_away_than_a_twelfth(share: float):
    assert abs({word: value for value, word in LANDMARKS}[fraction(share)] - share) <= 1 / 12


@given(st.floats(0, 1), st.floats(0, 1))
def test_larger_share_never_gets_a_smaller_fraction(one: float, other: float):
    order = [word for _, word in LANDMARKS]
    low, high = sorted([one, other])
    assert order.index(fraction(low)) <= order.index(fraction(high))


def test_worked_example_projects_a_year_and_a_half():
    assert project(figures_of(TWENTY_FOUR_IDEAS)) == Projection(
        "share", months=18, share="two_in_five", low="one_in_five", high="three_in_five", few=True
    )


def test_projection_is_for_two_years_when_five_ideas_are_followed_that_long():
    spoken = project(figures_of([*TWENTY_FOUR_IDEAS, *[(24, 0)] * 3]))
    assert (spoken.kind, spoken.months) == ("share", 24)


@pytest.mark.parametrize(("followed", "months"), [(6, 6), (11, 6), (12, 12), (17, 12), (18, 18), (40, 24)])
def test_the_longest_horizon_that_five_ideas_reach(followed: int, months: int):
    assert project(figures_of([(followed, 0)] * 5 + [(1, 1)])).months == months


def test_there_is_no_projection_before_five_ideas_were_followed_for_six_months():
    assert project(figures_of([(5, 0)] * 20)) == Projection("too_early")
    assert project(NOTHING) == Projection("too_early")


def test_zero_implemented_ideas_are_not_projected_as_a_share():
    assert project(figures_of([(13, 0)] * 6)) == Projection("none", 12)


def test_all_ideas_implemented_are_not_projected_as_a_share():
    assert project(figures_of([(6, 1)] * 6)) == Projection("all", 6)


def test_projection_from_many_ideas_has_no_note_on_few_ideas():
    few, many = [(6, 1)] * 3 + [(12, 0)] * 6, [(6, 1)] * 30 + [(12, 0)] * 60
    assert [project(figures_of(rows)).few for rows in (few, many)] == [True, False]


def test_interval_whose_ends_are_the_same_in_words_is_left_out():
    spoken = project(figures_of([(6, 1)] * 5000 + [(12, 0)] * 5000))
    assert (spoken.share, spoken.low, spoken.high, spoken.ranges) == ("half", "", "", False)
