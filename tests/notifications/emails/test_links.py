"""Addresses in letters: ours, and signed where they act."""

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from notifications.emails.links import SALT, Stop, host, read_stop, stop_address


def token(user_id: int, kinds: list[str]) -> str:
    return stop_address(user_id, kinds).rstrip("/").rsplit("/", 1)[1]


@pytest.mark.parametrize(("base", "name"), [("https://lab.example:8443", "lab.example"), ("nonsense", "localhost")])
def test_the_installation_signs_with_its_host(settings, base: str, name: str):
    settings.BASE_URL = base
    assert host() == name


def test_the_address_that_stops_letters_leads_to_this_site():
    assert stop_address(4, ["exchange"]).startswith("https://lab.example/letters/stop/")


@given(st.integers(min_value=1), st.sets(st.sampled_from(["exchange", "session", "idea"]), min_size=1))
def test_a_token_says_who_and_which_kinds(user_id: int, kinds: set[str]):
    assert read_stop(token(user_id, list(kinds))) == Stop(user_id, tuple(sorted(kinds)))


@pytest.mark.parametrize("nonsense", ["", "x", "4:exchange", "4:exchange:aaaa", "::::", "a" * 500, "é:x:y"])
def test_what_we_did_not_sign_says_nothing(nonsense: str):
    assert read_stop(nonsense) is None


def test_changing_the_person_breaks_the_signature():
    assert read_stop("5" + token(4, ["exchange"])[1:]) is None


def test_another_purpose_of_the_same_key_is_no_token():
    assert read_stop(signing.Signer(salt="something else").sign("4:exchange")) is None
    assert read_stop(signing.Signer(salt=SALT).sign("4:exchange")) == Stop(4, ("exchange",))
