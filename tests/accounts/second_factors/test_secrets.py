"""Secrets of second factors are encrypted in the database, under keys that can be replaced."""

import json
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.second_factors.secrets import map_secrets
from tests.factories.accounts import UserFactory
from tests.factories.second_factors import SECRET, an_app, code_of, recovery_codes
from tests.sql import execute, refused_by
from web.security.encryption import PREFIX, decrypt, encrypt

pytestmark = pytest.mark.django_db
FIRST, SECOND = "first-key-" * 5, "second-key-" * 5


def stored() -> str:
    """Return all rows of the table, as in a dump."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(t::text, ' '), '') FROM mfa_authenticator t")
        return str(cursor.fetchone()[0])


def signs_in_with(user: Any, code: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": "Correct-horse-42"})
    return client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302


@pytest.fixture
def user() -> Any:
    user = UserFactory()
    user.set_password("Correct-horse-42")
    user.save()
    return user


def test_seeds_are_not_in_the_database_in_plain_text(user: Any):
    an_app(user)
    codes = recovery_codes(user)
    seed = decrypt(Authenticator.objects.get(type="recovery_codes").data["seed"])
    assert [word for word in (SECRET, seed, *codes) if word in stored()] == []


def test_codes_of_app_and_recovery_still_sign_in(user: Any):
    an_app(user)
    codes = recovery_codes(user)
    assert (signs_in_with(user, code_of()), signs_in_with(user, codes[0])) == (True, True)
    assert signs_in_with(user, codes[0]) is False


def test_each_encryption_of_a_secret_differs():
    first, second = encrypt(SECRET), encrypt(SECRET)
    assert (first != second, first[:5], decrypt(first), decrypt(second)) == (True, PREFIX, SECRET, SECRET)


def test_earlier_key_decrypts_and_first_key_encrypts(settings: Any):
    settings.ENCRYPTION_KEYS = [FIRST]
    token = encrypt(SECRET)
    settings.ENCRYPTION_KEYS = [SECOND, FIRST]
    newer = encrypt(SECRET)
    assert decrypt(token) == SECRET
    settings.ENCRYPTION_KEYS = [SECOND]
    assert decrypt(newer) == SECRET
    with pytest.raises(ImproperlyConfigured, match="No key of ENCRYPTION_KEYS decrypts a secret"):
        decrypt(token)


def test_without_keys_of_its_own_a_demonstration_uses_the_secret_key(settings: Any):
    settings.ENCRYPTION_KEYS, settings.SECRET_KEY = [], FIRST
    token = encrypt(SECRET)
    settings.ENCRYPTION_KEYS, settings.SECRET_KEY = [FIRST], SECOND
    assert decrypt(token) == SECRET


@pytest.mark.parametrize("dry_run", [True, False])
def test_command_reencrypts_everything_with_the_first_key(user: Any, settings: Any, dry_run: bool):
    settings.ENCRYPTION_KEYS = [FIRST]
    an_app(user)
    recovery_codes(user)
    settings.ENCRYPTION_KEYS = [SECOND, FIRST]
    out = StringIO()
    call_command("reencrypt_secrets", "--json", *(["--dry-run"] if dry_run else []), stdout=out)
    assert json.loads(out.getvalue()) == {"second_factors": 2, "dry_run": dry_run}
    settings.ENCRYPTION_KEYS = [SECOND]
    opened = []
    for factor in Authenticator.objects.order_by("pk"):
        try:
            map_secrets(factor.data, decrypt)
            opened.append(True)
        except ImproperlyConfigured:
            opened.append(False)
    assert opened == [not dry_run] * 2
    if not dry_run:
        assert signs_in_with(user, code_of())


def test_recovery_codes_of_an_earlier_allauth_are_encrypted_one_by_one():
    data = map_secrets({"migrated_codes": ["111", "222"], "used_mask": 0}, encrypt)
    assert [code[:5] for code in data["migrated_codes"]] == [PREFIX, PREFIX]
    assert map_secrets(data, decrypt) == {"migrated_codes": ["111", "222"], "used_mask": 0}


@pytest.mark.parametrize(
    "data", ['{"secret": "JBSWY3DP"}', '{"seed": "0011"}', '{"migrated_codes": ["gAAAAx", "12345678"]}']
)
def test_database_refuses_a_plain_secret(user: Any, data: str):
    sql = "INSERT INTO mfa_authenticator (type, data, user_id, created_at) VALUES ('totp', %s, %s, now())"
    with refused_by("second_factor_encrypted"):
        execute(sql, data, user.pk)


@pytest.mark.parametrize("data", ['{"secret": "gAAAAx"}', '{"migrated_codes": ["gAAAAx"]}', '{"name": "Passkey 1"}'])
def test_database_accepts_encrypted_secrets_and_other_data(user: Any, data: str):
    sql = "INSERT INTO mfa_authenticator (type, data, user_id, created_at) VALUES ('x', %s, %s, now())"
    execute(sql, data, user.pk)
    assert Authenticator.objects.filter(user=user).count() == 1


def test_pages_still_show_the_recovery_codes_that_are_left(user: Any):
    an_app(user)
    codes = recovery_codes(user)
    browser = Client()
    browser.force_login(user)
    confirming = browser.get(reverse("mfa_view_recovery_codes")).headers["Location"]
    browser.post(confirming, {"password": "Correct-horse-42"})
    assert codes[0] in browser.get(reverse("mfa_view_recovery_codes")).content.decode()
