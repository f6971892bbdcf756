"""What is said of editions beside one another: never more than their differences show, and nobody is left unnamed."""

import pytest
from django.utils.translation import override

from figures.editions.differences import Pair, pairs, points, sentence
from figures.editions.figures import Comparison, Difference

NAMES = ["Nord", "Sud", "Est"]
SMALL = [Difference(0, 1, 0.12, -0.081, 0.31), Difference(0, 2, 0.0, -0.2, 0.2), Difference(1, 2, -0.12, -0.3, 0.01)]
LARGE = Difference(0, 1, 0.45, 0.2, 0.68)


def compared(*differences: Difference, left_out: tuple[int, ...] = ()) -> Comparison:
    places = sorted({place for difference in differences for place in (difference.one, difference.other)})
    return Comparison(12, tuple(places), left_out, 0.95, differences)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            Comparison(12, (0,), (1, 2)),
            "Too early to compare: fewer than two of these editions have five ideas that were followed for a year.",
        ),
        (
            compared(SMALL[0], left_out=(2,)),
            (
                "12 months after acceptance, Nord and Sud are not shown to differ. The difference"
                " is +12 points; any difference between −8 points and +31 points would be "
                "compatible with the results. Not compared, because fewer than five of their "
                "ideas were followed that long: Est."
            ),
        ),
        (
            compared(*SMALL),
            (
                "12 months after acceptance, no two of these editions are shown to differ: Nord; "
                "Sud; Est. Each difference is small enough to be due to chance."
            ),
        ),
        (
            compared(LARGE),
            (
                "12 months after acceptance, these editions are shown to differ: Nord and Sud. "
                "The figures do not say why: authorities, subjects and years differ too."
            ),
        ),
        (
            compared(LARGE, *SMALL[1:]),
            (
                "12 months after acceptance, these editions are shown to differ: Nord and Sud. "
                "The figures do not say why: authorities, subjects and years differ too. No other"
                " two editions are shown to differ."
            ),
        ),
    ],
)
def test_the_sentence_names_who_was_compared_and_who_was_not(told: Comparison, said: str):
    with override("en"):
        assert sentence(told, NAMES) == said


def test_each_pair_has_its_difference_with_both_ends():
    with override("en"):
        assert pairs(compared(LARGE, SMALL[2]), NAMES) == [
            Pair("Nord and Sud", "+45 points", "+20 points", "+68 points", shown=True),
            Pair("Sud and Est", "−12 points", "−30 points", "+1 point", shown=False),
        ]


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.004, "0 points"), (-0.004, "0 points"), (0.01, "+1 point"), (-0.01, "−1 point"), (1, "+100 points")],
)
def test_a_difference_is_told_in_points_with_its_sign(share: float, said: str):
    with override("en"):
        assert points(share) == said
