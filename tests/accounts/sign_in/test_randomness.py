"""Keys, seeds and codes are random, long and valid once; a new platform has no account."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.second_factors import an_app, code_of

PASSWORD = "a long demonstration word"
pytestmark = pytest.mark.django_db


def try_code(user: User, code: str = "") -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    if code:
        client.post(reverse("mfa_authenticate"), {"code": code})
    return "_auth_user_id" in client.session


def test_a_new_platform_has_no_account():
    assert User.objects.count() == 0


def test_session_keys_are_long_and_unique():
    keys = set()
    for _ in range(3):
        session = SessionStore()
        session.create()
        keys.add(session.session_key)
    assert [bool(re.fullmatch("[a-z0-9]{32}", key)) for key in keys] == [True] * 3


def test_seeds_of_apps_and_recovery_codes_are_long():
    seeds = {generate_totp_secret() for _ in range(3)}
    assert [bool(re.fullmatch("[A-Z2-7]{32}", seed)) for seed in seeds] == [True] * 3
    assert (app_settings.RECOVERY_CODE_DIGITS, app_settings.TOTP_DIGITS) == (8, 6)


def test_app_code_is_valid_once():
    user = UserFactory()
    an_app(user)
    code = code_of()
    assert [try_code(user, code), try_code(user, code)] == [True, False]


def test_a_password_lasts_until_its_owner_changes_it():
    user = UserFactory()
    with time_machine.travel("2036-01-01"):
        assert try_code(user)


def browser_after_reset(user: User, new: str = "another long word here") -> Client:
    """Return a client in which a new password was chosen from the e-mail to the person's address."""
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    [path] = re.findall(r"https://lab\.example(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    form = client.get(path).headers["Location"]
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    return client


@pytest.mark.parametrize("rows", [0, 1])
def test_password_reset_verifies_the_address(rows: int):
    user, _somebody_else = UserFactory(verified=False), UserFactory()
    if rows:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    client = browser_after_reset(user)
    client.post(reverse("account_login"), {"login": user.email, "password": "another long word here"})
    assert (client.session.get("_auth_user_id"), EmailAddress.objects.get(user=user).verified) == (
        str(user.pk),
        True,
    )


def test_password_reset_verifies_none_of_several_addresses():
    user = UserFactory(verified=False)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    EmailAddress.objects.create(user=user, email="other@people.example", verified=True)
    browser_after_reset(user)
    assert EmailAddress.objects.get(email=user.email).verified is False


def test_password_reset_neither_signs_in_nor_skips_the_second_factor():
    user, new = UserFactory(), "another long word here"
    an_app(user)
    client = browser_after_reset(user, new)
    assert User.objects.get(pk=user.pk).check_password(new)
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_login"), {"login": user.email, "password": new})
    assert "_auth_user_id" not in client.session
