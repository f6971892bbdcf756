"""Passwords are long rather than odd: any signs do, but none that others would try first."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sign_in.passwords import HOUSE_WORDS, plain
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
def test_what_makes_one(password: str, why: list[str]):
    assert codes(password) == why


def test_one_s_own_name_is_none():
    assert codes("anne.martin@lab.example", UserFactory(email="anne.martin@lab.example")) == ["password_too_similar"]


def test_words_of_the_house_are_plain_and_the_form_says_what_is_asked():
    assert [word for word in HOUSE_WORDS if plain(word) != word] == []
    assert len(password_validators_help_texts()) == len(HELP)
    assert [begin for begin in HELP if not any(begin in text for text in password_validators_help_texts())] == []


HELP = ("at least 12 characters", "too similar", "commonly used", "words of this platform")


def member(password: str = OLD) -> tuple[User, Client]:
    user, client = UserFactory(language="en"), Client()
    user.set_password(password)
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user, client


def change(client: Client, old: str, new: str) -> int:
    sent = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), sent).status_code


def test_changing_it_takes_the_old_one():
    user, client = member()
    assert change(client, "a wrong one of that length", "another long word here") == 200
    assert User.objects.get(pk=user.pk).check_password(OLD)
    assert change(client, OLD, "another long word here") == 302
    assert User.objects.get(pk=user.pk).check_password("another long word here")


def test_it_counts_to_its_last_sign_and_as_it_was_typed():
    long = "Été " * 40 + "à la fin "
    user, client = member()
    assert change(client, OLD, long) == 302
    kept = User.objects.get(pk=user.pk)
    tried = (long, long[:-1], long.strip(), long.lower(), long[:72])
    assert [kept.check_password(word) for word in tried] == [True, False, False, False, False]
    signed_in = Client().post(reverse("account_login"), {"login": user.email, "password": long})
    assert signed_in.status_code == 302


@pytest.mark.parametrize("name", ["account_login", "account_change_password"])
def test_its_fields_hide_it_and_let_programs_that_keep_passwords_help(name: str):
    client = Client() if name == "account_login" else member()[1]
    fields = [
        found["attrs"] for found in elements(client.get(reverse(name)), "input") if "assword" in found["attrs"]["name"]
    ]
    assert [field["type"] for field in fields] == ["password"] * len(fields) != []
    assert [field["name"] for field in fields if not field.get("autocomplete", "").endswith("-password")] == []
    assert [field for field in fields if {"onpaste", "maxlength", "readonly"} & field.keys()] == []
