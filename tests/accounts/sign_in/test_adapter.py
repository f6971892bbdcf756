"""Nobody signs up, and e-mails lead to our own address whatever the Host header says."""

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


def test_password_reset_e_mail_ignores_a_forged_host_header(client: Client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email}, headers={"host": "evil.example"})
    (message,) = mail.outbox
    links = re.findall(r"https?://\S+", message.body)
    assert [link for link in links if not link.startswith("https://lab.example/")] == []
    assert any("/accounts/password/reset/key/" in link for link in links)


def test_unknown_address_gets_the_same_answer_as_a_known_one(client: Client):
    known = client.post(reverse("account_reset_password"), {"email": UserFactory().email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@people.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
