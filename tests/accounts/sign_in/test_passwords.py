"""Passwords must be long and hard to guess; any characters are allowed."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sign_in.passwords import HOUSE_WORDS, alphabet_only
from tests.factories.accounts import UserFactory
from tests.pages import elements

OLD = "a long demonstration word"
pytestmark = pytest.mark.django_db


def codes(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [str(reason.code) for reason in error.error_list]
    return []


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevensigns", ["password_too_short"]),
        ("twelve signs", []),
        ("onlysmallletters", []),
        ("ÉTÉ À L’ACCUEIL", []),
        ("✿" * 12, []),
        ("931 047 558 263", []),
        ("931047558263", []),
        ("qwertyuiop123456", []),
        ("123456789abc", ["password_too_common"]),
        ("1q2w3e4r5t6y", ["password_too_common"]),
        ("Labplatform2026!", ["house_words"]),
        ("Transfo-Région-2026", ["house_words"]),
        ("AdminAdmin1234", ["house_words"]),
        ("motdepasse2026", ["house_words"]),
        ("a residency in a village", []),
        ("a" * 200, []),
    ],
)
def test_passwords_are_accepted_or_refused_with_a_reason(password: str, why: list[str]):
    assert codes(password) == why


def test_own_name_is_refused():
    assert codes("anne.martin@lab.example", UserFactory(email="anne.martin@lab.example")) == ["password_too_similar"]


def test_house_words_are_normalized_and_the_form_states_the_rule():
    assert [word for word in HOUSE_WORDS if alphabet_only(word) != word] == []
    assert len(password_validators_help_texts()) == len(HELP)
    assert [
        record_sign_in
        for record_sign_in in HELP
        if not any(record_sign_in in text for text in password_validators_help_texts())
    ] == []


HELP = ("at least 12 characters", "too similar", "commonly used", "words of this platform")


def member(password: str = OLD) -> tuple[User, Client]:
    user, client = UserFactory(language="en"), Client()
    user.set_password(password)
    user.save()
    client.force_login(user)
    return user, client


def change(client: Client, old: str, new: str) -> int:
    sent = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), sent).status_code


def test_changing_the_password_requires_the_old_one():
    user, client = member()
    assert change(client, "a wrong one of that length", "another long word here") == 200
    assert User.objects.get(pk=user.pk).check_password(OLD)
    assert change(client, OLD, "another long word here") == 302
    assert User.objects.get(pk=user.pk).check_password("another long word here")


def test_every_character_counts_exactly():
    long = "Été " * 40 + "à la fin "
    user, client = member()
    assert change(client, OLD, long) == 302
    saved = User.objects.get(pk=user.pk)
    tried = (long, long[:-1], long.strip(), long.lower(), long[:72])
    assert [saved.check_password(word) for word in tried] == [True, False, False, False, False]
    signed_in = Client().post(reverse("account_login"), {"login": user.email, "password": long})
    assert signed_in.status_code == 302


@pytest.mark.parametrize("name", ["account_login", "account_change_password"])
def test_password_fields_are_hidden_and_support_password_managers(name: str):
    client = Client() if name == "account_login" else member()[1]
    fields = [
        found["attrs"] for found in elements(client.get(reverse(name)), "input") if "assword" in found["attrs"]["name"]
    ]
    assert [field["type"] for field in fields] == ["password"] * len(fields) != []
    assert [field["name"] for field in fields if not field.get("autocomplete", "").endswith("-password")] == []
    assert [field for field in fields if {"onpaste", "maxlength", "readonly"} & field.keys()] == []
