"""Nobody signs up by themselves, and letters lead to our own address whatever the Host header says."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long demonstration word"


def test_sign_up_is_closed(client: Client):
    answer = client.post(
        reverse("account_signup"),
        {
            "email": "new@people.example",
            "password1": "a long demonstration word",
            "password2": "a long demonstration word",
        },
    )
    assert answer.status_code == 200
    assert User.objects.count() == 0


def test_a_reset_letter_leads_to_base_url_even_under_a_forged_host(client: Client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email}, headers={"host": "evil.example"})
    (letter,) = mail.outbox
    links = re.findall(r"https?://\S+", letter.body)
    assert [link for link in links if not link.startswith("https://lab.example/")] == []
    assert any("/accounts/password/reset/key/" in link for link in links)


def test_unknown_addresses_are_answered_like_known_ones(client: Client):
    known = client.post(reverse("account_reset_password"), {"email": UserFactory().email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@people.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
