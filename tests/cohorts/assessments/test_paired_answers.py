"""Pairs, the sign test, and what is too few to be shown."""

from itertools import combinations, product

import pytest
from scipy.stats import binomtest

from cohorts.assessments.enums import Moment, Skill
from cohorts.assessments.paired_answers import COMPARISONS, Paired, compared, sign_test, together

BEFORE_AFTER = COMPARISONS[0]


def answers(step: int | None, **other: int | None) -> dict[Skill, int | None]:
    return dict.fromkeys(Skill, step) | {Skill(name): value for name, value in other.items()}


def test_the_sign_test_is_scipys_for_every_small_table():
    tables = [(up, down) for up in range(21) for down in range(21) if up + down]
    ours = [sign_test(*table) for table in tables]
    assert ours == pytest.approx([binomtest(up, up + down).pvalue for up, down in tables], rel=1e-9)


def test_nobody_moved_is_what_chance_gives():
    assert (sign_test(0, 0), Paired(same=9).chance) == (1.0, 1.0)


def test_those_who_stayed_are_pairs_and_say_nothing_of_chance():
    nine = Paired(up=7, same=1, down=1)
    assert (nine.pairs, nine.chance) == (9, Paired(up=7, down=1).chance) == (9, pytest.approx(0.0703125))


def test_a_pair_is_one_persons_two_answers():
    rows = [
        ("a", Moment.BEFORE, answers(2, testing=None)),
        ("a", Moment.AFTER, answers(4)),
        ("a", Moment.LATER, answers(1)),
        ("b", Moment.BEFORE, answers(3)),
        ("b", Moment.AFTER, answers(3, curiosity=1)),
        ("c", Moment.BEFORE, answers(5)),
        ("d", Moment.AFTER, answers(5)),
    ]
    moved = {skill: Paired(up=1, same=1) for skill in Skill}
    apart = {Skill.TESTING: Paired(same=1), Skill.CURIOSITY: Paired(up=1, down=1)}
    assert compared(iter(rows), BEFORE_AFTER) == moved | apart


def test_then_is_compared_with_after_and_after_with_later():
    steps = {Moment.BEFORE: 4, Moment.THEN: 1, Moment.AFTER: 3, Moment.LATER: 3}
    rows = [("a", moment, answers(step)) for moment, step in steps.items()]
    assert [compared(rows, comparison)[Skill.FRAMING] for comparison in COMPARISONS] == [
        Paired(down=1),
        Paired(up=1),
        Paired(same=1),
    ]


def test_five_pairs_are_shown_and_four_are_not():
    assert (Paired(up=5).shown, Paired(up=3, same=1, down=1).shown, Paired(up=4).shown) == (True, True, False)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ([7, 8], 15),
        ([7, 0], 7),
        ([7, 3], 0),  # 10 less the 7 that are shown would be the other three
        ([7, 8, 3], 0),  # 18 less both that are shown as well
        ([7, 3, 2], 12),  # the two small ones hide each other
        ([3, 1], 0),
        ([3, 2], 5),
        ([], 0),
    ],
)
def test_an_edition_shows_nothing_from_which_a_small_group_could_be_subtracted(sizes: list[int], shown: int):
    assert together(Paired(up=size) for size in sizes) == Paired(up=shown)


def test_whatever_shown_cohorts_are_taken_away_nobody_or_five_are_left():
    for sizes in product(range(8), repeat=4):
        total, shown = together(Paired(up=size) for size in sizes).pairs, [size for size in sizes if size >= 5]
        taken = [sum(some) for count in range(len(shown) + 1) for some in combinations(shown, count)]
        assert not total or all(total - less == 0 or total - less >= 5 for less in taken)
