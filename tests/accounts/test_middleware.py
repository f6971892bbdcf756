"""French unless the browser asks for English; the person's own choice wins over both."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("browser", "language"),
    [("", "fr"), ("fr-CA", "fr"), ("en-GB,en;q=0.8", "en"), ("de", "fr"), ("de,en;q=0.5", "en")],
)
def test_the_browser_decides_for_people_who_are_not_signed_in(client: Client, browser: str, language: str):
    answer = client.get(reverse("account_login"), headers={"accept-language": browser})
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize(("chosen", "language"), [("", "en"), ("fr", "fr"), ("en", "en")])
def test_the_person_s_choice_wins(client: Client, chosen: str, language: str):
    client.force_login(UserFactory(language=chosen), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("account"), headers={"accept-language": "en"})
    assert answer.headers["Content-Language"] == language
