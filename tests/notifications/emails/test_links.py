"""URLs in e-mails: below our base URL, and signed where they act."""

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from notifications.emails.links import (
    UNSUBSCRIBE_SALT,
    UnsubscribeRequest,
    host,
    read_unsubscribe_token,
    unsubscribe_url,
)


def token(user_id: int, kinds: list[str]) -> str:
    return unsubscribe_url(user_id, kinds).rstrip("/").rsplit("/", 1)[1]


@pytest.mark.parametrize(("base", "name"), [("https://lab.example:8443", "lab.example"), ("nonsense", "localhost")])
def test_the_installation_signs_with_its_host(settings, base: str, name: str):
    settings.BASE_URL = base
    assert host() == name


def test_the_unsubscribe_url_points_to_this_site():
    assert unsubscribe_url(4, ["exchange"]).startswith("https://lab.example/e-mails/stop/")


@given(st.integers(min_value=1), st.sets(st.sampled_from(["exchange", "session", "idea"]), min_size=1))
def test_a_token_holds_the_person_and_the_kinds(user_id: int, kinds: set[str]):
    assert read_unsubscribe_token(token(user_id, list(kinds))) == UnsubscribeRequest(user_id, tuple(sorted(kinds)))


@pytest.mark.parametrize("token", ["", "x", "4:exchange", "4:exchange:aaaa", "::::", "a" * 500, "é:x:y"])
def test_an_unsigned_token_is_refused(token: str):
    assert read_unsubscribe_token(token) is None


def test_changing_the_person_breaks_the_signature():
    assert read_unsubscribe_token("5" + token(4, ["exchange"])[1:]) is None


def test_a_signature_for_another_purpose_is_refused():
    assert read_unsubscribe_token(signing.Signer(salt="something else").sign("4:exchange")) is None
    assert read_unsubscribe_token(signing.Signer(salt=UNSUBSCRIBE_SALT).sign("4:exchange")) == UnsubscribeRequest(
        4, ("exchange",)
    )
