"""The first account of an installation, created as docs/operations/running.md says."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import User

WORD = "a long word of our own 71"


@pytest.mark.django_db
def test_the_first_account_confirms_its_address_signs_in_and_is_led_to_a_second_factor(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.SECOND_FACTOR_REQUIRED = True
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", WORD)
    call_command("createsuperuser", "--no-input", email="first@lab.example", full_name="First", verbosity=0)
    assert User.objects.get().is_lab_staff
    form = {"login": "first@lab.example", "password": WORD}
    assert client.post("/accounts/login/", form).headers["Location"] == "/accounts/confirm-email/"
    [path] = re.findall(r"https?://[^/\s]+(/accounts/confirm-email/\S+/)", mail.outbox[0].body)
    client.post(path)
    client.post("/accounts/login/", form)
    assert client.get("/").headers["Location"].partition("?")[0] == "/account/second-factor/"
