"""What opens a door is drawn at random, long enough, good once, and nobody is there before somebody was let in."""

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
from tests.factories.factors import an_app, code_of

PASSWORD = "a long demonstration word"
pytestmark = pytest.mark.django_db


def entered(user: User, code: str = "") -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    if code:
        client.post(reverse("mfa_authenticate"), {"code": code})
    return "_auth_user_id" in client.session


def test_a_new_platform_has_no_account():
    assert User.objects.count() == 0


def test_keys_of_sign_ins_are_long_and_never_the_same():
    keys = set()
    for _ in range(3):
        session = SessionStore()
        session.create()
        keys.add(session.session_key)
    assert [bool(re.fullmatch("[a-z0-9]{32}", key)) for key in keys] == [True] * 3


def test_seeds_of_apps_and_recovery_codes_are_long_enough():
    seeds = {generate_totp_secret() for _ in range(3)}
    assert [bool(re.fullmatch("[A-Z2-7]{32}", seed)) for seed in seeds] == [True] * 3
    assert (app_settings.RECOVERY_CODE_DIGITS, app_settings.TOTP_DIGITS) == (8, 6)


def test_a_code_of_an_app_is_good_once():
    user = UserFactory()
    an_app(user)
    code = code_of()
    assert [entered(user, code), entered(user, code)] == [True, False]


def test_a_password_lasts_until_its_owner_changes_it():
    user = UserFactory()
    with time_machine.travel("2036-01-01"):
        assert entered(user)


def chosen_anew(user: User, new: str = "another long word here") -> Client:
    """A browser in which a new password was chosen from the letter to the person's address."""
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    [path] = re.findall(r"https://lab\.example(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    form = client.get(path).headers["Location"]
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    return client


@pytest.mark.parametrize("rows", [0, 1])
def test_a_new_password_after_a_letter_proves_the_mailbox_and_no_second_letter_asks_for_it(rows: int):
    user, _somebody_else = UserFactory(verified=False), UserFactory()
    if rows:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    client = chosen_anew(user)
    client.post(reverse("account_login"), {"login": user.email, "password": "another long word here"})
    assert (client.session.get("_auth_user_id"), EmailAddress.objects.get(user=user).verified) == (
        str(user.pk),
        True,
    )


def test_of_several_addresses_none_is_proved_by_it():
    user = UserFactory(verified=False)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    EmailAddress.objects.create(user=user, email="other@people.example", verified=True)
    chosen_anew(user)
    assert EmailAddress.objects.get(email=user.email).verified is False


def test_a_new_password_after_a_letter_signs_nobody_in_nor_past_their_second_factor():
    user, new = UserFactory(), "another long word here"
    an_app(user)
    client = chosen_anew(user, new)
    assert User.objects.get(pk=user.pk).check_password(new)
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_login"), {"login": user.email, "password": new})
    assert "_auth_user_id" not in client.session
