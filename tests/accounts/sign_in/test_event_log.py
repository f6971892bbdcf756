"""Sign-ins, failures and changes of ways to sign in are logged, never with an address."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import close_account
from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.second_factors import an_app, code_of

PASSWORD = "a long demonstration word"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="labplatform.security")
    return caplog


def events(lines: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, object]]]:
    parts = [line.message.split(" ", 1) for line in lines.records if line.name == "labplatform.security"]
    facts = [(event, json.loads(rest)) for event, rest in parts]
    return [
        (event, {key: value for key, value in fact.items() if key not in {"method", "route"}}) for event, fact in facts
    ]


def sign_in_by_email(user: User, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    return client


def test_sign_in_and_sign_out_are_logged(lines):
    user = UserFactory()
    sign_in_by_email(user, "wrong")
    sign_in_by_email(user).post(reverse("account_logout"))
    assert events(lines) == [
        ("sign_in_failed", {"person": None}),
        ("signed_in", {"person": user.pk, "by": "password"}),
        ("signed_out", {"person": user.pk}),
    ]


def test_steps_of_the_sign_in_are_logged(lines):
    user = UserFactory()
    an_app(user)
    client = sign_in_by_email(user)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert events(lines) == [
        ("factor_refused", {"person": None, "of": user.pk}),
        ("signed_in", {"person": user.pk, "by": "password+mfa"}),
    ]


def test_password_change_is_logged(lines):
    user = UserFactory()
    client = sign_in_by_email(user)
    sign_in_by_email(user)
    new = "another demonstration word"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert events(lines)[-1] == ("password_changed", {"person": user.pk, "of": user.pk, "others_ended": 1})


def test_added_and_removed_factors_are_logged(lines):
    user = UserFactory()
    client = sign_in_by_email(user)
    response = client.get(reverse("mfa_activate_totp"))
    client.post(response.headers["Location"], {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_of(page.context["form"].secret)})
    client.post(reverse("mfa_deactivate_totp"))
    assert [(event, facts["kind"]) for event, facts in events(lines)[1:]] == [
        ("factor_added", "totp"),
        ("factor_added", "recovery_codes"),
        ("factor_removed", "totp"),
        ("factor_removed", "recovery_codes"),
    ]


def test_requested_and_refused_links_are_logged(lines):
    user = UserFactory()
    client = Client()
    client.post(reverse("request_sign_in_link"), {"email": user.email})
    client.post(reverse("request_sign_in_link"), {"email": "nobody@people.example"})
    client.post(reverse("sign_in_link", args=["guess"]))
    assert events(lines) == [
        ("sign_in_link_asked", {"known": True, "person": user.pk}),
        ("sign_in_link_asked", {"known": False}),
        ("sign_in_link_refused", {"person": None}),
    ]


def test_closed_account_is_logged(lines, django_capture_on_commit_callbacks):
    user = UserFactory()
    sign_in_by_email(user)
    with django_capture_on_commit_callbacks(execute=True):
        close_account(user=user, at=NOW, by=None)
    assert events(lines)[1:] == [("close_account", {"user": user.pk})]


def test_no_line_contains_an_address_or_typed_text(lines):
    user = UserFactory()
    sign_in_by_email(user, "what was typed")
    Client().post(reverse("request_sign_in_link"), {"email": user.email})
    Client().post(reverse("account_reset_password"), {"email": user.email})
    for secret in (user.email, "what was typed", user.full_name, "sign-in/link"):
        assert secret not in lines.text
