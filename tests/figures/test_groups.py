"""Which counts are masked: those of fewer than five rows that the reader may not see."""

import pytest

from figures.groups import Group


@pytest.mark.parametrize(
    ("total", "own", "visible_total"), [(0, 0, 0), (3, 3, 3), (3, 0, None), (5, 0, 5), (4, 0, None)]
)
def test_group_under_five_is_masked_for_readers_who_may_not_see_it(total: int, own: int, visible_total: int | None):
    assert (Group(total, own).visible_total, Group(total, own).masked) == (visible_total, visible_total is None)


@pytest.mark.parametrize(("own", "masked"), [(0, False), (15, False), (16, True), (19, True), (20, False)])
def test_rest_after_subtracting_own_ideas_is_masked_like_a_group(own: int, masked: bool):
    assert Group(20, own).masked is masked
