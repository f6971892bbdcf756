"""The spread of ratings: counts, the score in the middle, and whether people agree, by the rule on the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prototypes.rating_rounds.enums import Agreement
from prototypes.rating_rounds.spread import spread_of


@pytest.mark.parametrize(
    ("scores", "counts", "median", "agreement"),
    [
        ([5, 5, 4, 4, 3], (0, 0, 1, 2, 2), 4, "agree"),  # four of five on one side
        ([5, 4, 4, 3, 3], (0, 0, 2, 2, 1), 4, "neither"),  # three of five
        ([1, 2, 3, 4, 5], (1, 1, 1, 1, 1), 3, "split"),
        ([1, 3, 3, 3, 3, 5], (1, 0, 4, 0, 1), 3, "neither"),
        ([1, 1, 5, 5, 5, 5, 5, 5], (2, 0, 0, 0, 6), 5, "split"),  # a quarter and three quarters
        ([1, 5, 5, 5, 5, 5, 5, 5], (1, 0, 0, 0, 7), 5, "agree"),
        ([2, 2, 3, 3, 4, 4], (0, 2, 2, 2, 0), 3, "split"),
        ([4, 5], (0, 0, 0, 1, 1), 4.5, "agree"),
    ],
)
def test_spread_of_scores(scores: list[int], counts: tuple[int, ...], median: float, agreement: str):
    spread = spread_of(scores)
    assert (spread.counts, spread.median, spread.agreement.value) == (counts, median, agreement)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_people_who_agree_are_never_split_and_mirrored_scores_say_the_same(scores: list[int]):
    spread, mirrored = spread_of(scores), spread_of([6 - score for score in scores])
    sides = [sum(score in side for score in scores) for side in ((1, 2), (3,), (4, 5))]
    is_split, is_agreed = 4 * min(sides[0], sides[2]) >= len(scores), 4 * max(sides) > 3 * len(scores)
    assert not (is_split and is_agreed)
    assert (spread.agreement == Agreement.SPLIT, spread.agreement == Agreement.AGREE) == (is_split, is_agreed)
    assert (mirrored.agreement, mirrored.median) == (spread.agreement, 6 - spread.median)


@pytest.mark.parametrize(("people", "is_visible"), [(4, False), (5, True)])
def test_ratings_of_fewer_than_five_people_are_not_shown(people: int, is_visible: bool):
    assert spread_of([5] * people).is_visible is is_visible
