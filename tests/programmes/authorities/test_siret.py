"""SIRET numbers: fourteen digits with a valid SIREN that pass INSEE's check, and the exception for La Poste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.authorities.siren import is_siren
from programmes.authorities.siret import is_siret, siren_of

TRUE = ["73282932000074", "21350238800019", "35600000000048", "35600000049837", "35600000009093"]


@pytest.mark.parametrize("number", TRUE)
def test_valid_numbers_begin_with_the_siren_of_their_body(number: str):
    assert (is_siret(number), siren_of(number)) == (True, number[:9])


@pytest.mark.parametrize(
    "number",
    ["", "732829320", "7328293200007", "732829320000740", "73282932000075", "7328293200007A", "73 282 932 00074"],
)
def test_invalid_input_has_no_siren(number: str):
    assert (is_siret(number), siren_of(number)) == (False, "")


def test_la_poste_s_offices_are_numbered_by_a_sum_of_digits_and_no_other_body_s():
    """35600000049837 fails the usual check; the sum of its digits is a multiple of five."""
    assert (is_siret("35600000049838"), is_siret("73282932000080")) == (False, False)


@given(number=st.from_regex(r"[0-9]{14}", fullmatch=True))
def test_a_siret_always_contains_a_valid_siren(number: str):
    assert siren_of(number) == (number[:9] if is_siret(number) else "")
    assert not is_siret(number) or is_siren(number[:9])


@pytest.mark.parametrize("place", range(14))
def test_one_wrong_digit_is_always_detected(place: int):
    true = "73282932000074"
    wrong = [true[:place] + str(digit) + true[place + 1 :] for digit in range(10) if str(digit) != true[place]]
    assert [is_siret(number) for number in wrong] == [False] * 9
