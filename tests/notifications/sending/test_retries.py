"""The pause between two attempts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.sending.retries import FIRST_WAIT, MAX_ATTEMPTS, MAX_WAIT, wait

attempts = st.integers(min_value=1, max_value=10_000)
chances = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(attempts, chances)
def test_a_pause_is_never_shorter_than_half_the_first_nor_longer_than_the_longest(number: int, chance: float):
    assert FIRST_WAIT / 2 <= wait(number, chance) <= MAX_WAIT


@given(attempts, chances)
def test_a_pause_never_shrinks_from_one_attempt_to_the_next(number: int, chance: float):
    assert wait(number, chance) <= wait(number + 1, chance)


@given(attempts, chances, chances)
def test_a_higher_random_value_means_a_longer_pause(number: int, one: float, other: float):
    shorter, longer = sorted([one, other])
    assert wait(number, shorter) <= wait(number, longer)


@given(attempts, chances)
def test_the_random_value_varies_only_the_upper_half(number: int, chance: float):
    assert wait(number, 0) <= wait(number, chance) <= 2 * wait(number, 0)


def test_the_first_pauses_grow_threefold_from_half_a_minute():
    assert [wait(number, 0) for number in (1, 2, 3)] == [timedelta(seconds=30 * factor) for factor in (1, 3, 9)]


def test_all_attempts_together_take_between_one_and_four_days():
    shortest, longest = (sum((wait(n, chance) for n in range(1, MAX_ATTEMPTS)), timedelta()) for chance in (0, 0.999))
    assert timedelta(days=1) < shortest < longest < timedelta(days=4)


@pytest.mark.parametrize(("number", "chance"), [(0, 0.5), (-1, 0.5), (1, 1.0), (1, -0.1)])
def test_invalid_attempts_and_random_values_are_refused(number: int, chance: float):
    with pytest.raises(ValueError, match="Attempts count from 1"):
        wait(number, chance)
