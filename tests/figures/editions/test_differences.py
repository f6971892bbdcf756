"""The differences between editions: only significant ones are named, and every edition appears."""

import pytest
from django.utils.translation import override

from figures.editions.differences import DifferenceText, difference_texts, points, sentence
from figures.editions.figures import Difference, EditionsComparison

NAMES = ["Nord", "Sud", "Est"]
SMALL = [Difference(0, 1, 0.12, -0.081, 0.31), Difference(0, 2, 0.0, -0.2, 0.2), Difference(1, 2, -0.12, -0.3, 0.01)]
LARGE = Difference(0, 1, 0.45, 0.2, 0.68)


def compared(*differences: Difference, left_out: tuple[int, ...] = ()) -> EditionsComparison:
    places = sorted({place for difference in differences for place in (difference.one, difference.other)})
    return EditionsComparison(12, tuple(places), left_out, 0.95, differences)


@pytest.mark.parametrize(
    ("comparison", "text"),
    [
        (
            EditionsComparison(12, (0,), (1, 2)),
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
def test_sentence_names_the_editions_compared_and_those_left_out(comparison: EditionsComparison, text: str):
    with override("en"):
        assert sentence(comparison, NAMES) == text


def test_each_pair_has_its_difference_with_both_ends():
    with override("en"):
        assert difference_texts(compared(LARGE, SMALL[2]), NAMES) == [
            DifferenceText("Nord and Sud", "+45 points", "+20 points", "+68 points", is_significant=True),
            DifferenceText("Sud and Est", "−12 points", "−30 points", "+1 point", is_significant=False),
        ]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.004, "0 points"), (-0.004, "0 points"), (0.01, "+1 point"), (-0.01, "−1 point"), (1, "+100 points")],
)
def test_difference_is_written_in_points_with_its_sign(share: float, text: str):
    with override("en"):
        assert points(share) == text
