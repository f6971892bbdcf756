"""Which counts are masked: those of fewer than five rows that the reader may not see."""

import pytest

from figures.groups import Group


@pytest.mark.parametrize(("total", "own", "shown"), [(0, 0, 0), (3, 3, 3), (3, 0, None), (5, 0, 5), (4, 0, None)])
def test_a_group_under_five_is_masked_for_those_who_may_not_see_it(total: int, own: int, shown: int | None):
    assert (Group(total, own).shown, Group(total, own).masked) == (shown, shown is None)


@pytest.mark.parametrize(("own", "masked"), [(0, False), (15, False), (16, True), (19, True), (20, False)])
def test_what_is_left_after_subtracting_ones_own_is_a_group_too(own: int, masked: bool):
    assert Group(20, own).masked is masked
