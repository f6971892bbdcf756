"""SIREN numbers: nine digits that pass INSEE's check."""

import pytest

from programmes.authorities.siren import is_siren


@pytest.mark.parametrize("number", ["213502388", "214401093", "200052264", "732829320", "000000000"])
def test_valid_numbers_are_accepted(number: str):
    assert is_siren(number) is True


@pytest.mark.parametrize("number", ["", "21350238", "2135023880", "213502389", "21350238A", "213 502 388", "²13502388"])
def test_invalid_input_is_refused(number: str):
    assert is_siren(number) is False


@pytest.mark.parametrize("place", range(9))
def test_one_wrong_digit_is_always_detected(place: int):
    true = "213502388"
    wrong = [true[:place] + str(digit) + true[place + 1 :] for digit in range(10) if str(digit) != true[place]]
    assert [is_siren(number) for number in wrong] == [False] * 9
