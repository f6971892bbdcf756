"""Pairs of answers, the sign test, and the minimum number of pairs to show."""

from itertools import combinations, product

import pytest
from scipy.stats import binomtest

from cohorts.assessments.enums import Moment, Skill
from cohorts.assessments.paired_answers import COMPARISONS, PairCounts, count_pairs, sign_test, sum_unless_revealing

BEFORE_AFTER = COMPARISONS[0]


def answers(step: int | None, **other: int | None) -> dict[Skill, int | None]:
    return dict.fromkeys(Skill, step) | {Skill(name): value for name, value in other.items()}


def test_sign_test_agrees_with_scipy_for_every_small_table():
    tables = [(up, down) for up in range(21) for down in range(21) if up + down]
    ours = [sign_test(*table) for table in tables]
    assert ours == pytest.approx([binomtest(up, up + down).pvalue for up, down in tables], rel=1e-9)


def test_probability_is_one_when_nobody_moved():
    assert (sign_test(0, 0), PairCounts(same=9).chance) == (1.0, 1.0)


def test_ties_count_as_pairs_but_not_in_the_sign_test():
    nine = PairCounts(up=7, same=1, down=1)
    assert (nine.pairs, nine.chance) == (9, PairCounts(up=7, down=1).chance) == (9, pytest.approx(0.0703125))


def test_pair_is_two_answers_of_one_person():
    rows = [
        ("a", Moment.BEFORE, answers(2, testing=None)),
        ("a", Moment.AFTER, answers(4)),
        ("a", Moment.LATER, answers(1)),
        ("b", Moment.BEFORE, answers(3)),
        ("b", Moment.AFTER, answers(3, curiosity=1)),
        ("c", Moment.BEFORE, answers(5)),
        ("d", Moment.AFTER, answers(5)),
    ]
    moved = {skill: PairCounts(up=1, same=1) for skill in Skill}
    apart = {Skill.TESTING: PairCounts(same=1), Skill.CURIOSITY: PairCounts(up=1, down=1)}
    assert count_pairs(iter(rows), BEFORE_AFTER) == moved | apart


def test_then_is_compared_with_after_and_after_with_later():
    steps = {Moment.BEFORE: 4, Moment.THEN: 1, Moment.AFTER: 3, Moment.LATER: 3}
    rows = [("a", moment, answers(step)) for moment, step in steps.items()]
    assert [count_pairs(rows, comparison)[Skill.FRAMING] for comparison in COMPARISONS] == [
        PairCounts(down=1),
        PairCounts(up=1),
        PairCounts(same=1),
    ]


def test_five_pairs_are_shown_and_four_are_not():
    assert (PairCounts(up=5).is_visible, PairCounts(up=3, same=1, down=1).is_visible, PairCounts(up=4).is_visible) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("sizes", "visible_pairs"),
    [
        ([7, 8], 15),
        ([7, 0], 7),
        ([7, 3], 0),  # 10 minus the visible 7 would reveal the other three
        ([7, 8, 3], 0),  # 18 minus both visible groups would too
        ([7, 3, 2], 12),  # the two small ones hide each other
        ([3, 1], 0),
        ([3, 2], 5),
        ([], 0),
    ],
)
def test_an_edition_shows_nothing_from_which_a_small_group_could_be_subtracted(sizes: list[int], visible_pairs: int):
    assert sum_unless_revealing(PairCounts(up=size) for size in sizes) == PairCounts(up=visible_pairs)


def test_subtracting_visible_cohorts_leaves_nobody_or_at_least_five():
    for sizes in product(range(8), repeat=4):
        total, visible = (
            sum_unless_revealing(PairCounts(up=size) for size in sizes).pairs,
            [size for size in sizes if size >= 5],
        )
        taken = [sum(some) for count in range(len(visible) + 1) for some in combinations(visible, count)]
        assert not total or all(total - less == 0 or total - less >= 5 for less in taken)
