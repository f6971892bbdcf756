"""A wrong password costs the same work whether the account exists or not."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_known_unknown_and_closed_accounts_cost_the_same_hashes(monkeypatch):
    people = [UserFactory().email, "nobody@people.example", UserFactory(is_active=False).email]
    counted: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        counted.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    found = []
    for email in people:
        counted.clear()
        Client().post(reverse("account_login"), {"login": email, "password": "wrong word"})
        found.append(len(counted))
    assert found[0] == found[1] == found[2] > 0
