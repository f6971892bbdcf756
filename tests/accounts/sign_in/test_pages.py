"""Signing in and out, and every account page of allauth in our layout."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long demonstration word"

OPEN = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
SIGNED_IN = [
    "account_logout",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_list_webauthn",
]


def sign_in(client: Client, email: str, password: str):
    return client.post(
        reverse("account_login"), {"login": email, "password": password}, headers={"accept-language": "en"}
    )


def test_a_person_signs_in_and_lands_at_home(client: Client):
    answer = sign_in(client, UserFactory().email, PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("password", ["wrong", ""])
def test_wrong_password_keeps_the_address_and_shows_an_error(client: Client, password: str):
    answer = sign_in(client, "nobody@people.example", password)
    assert answer.status_code == 200
    assert 'value="nobody@people.example"' in answer.content.decode()
    assert answer.context["form"].errors


def test_someone_whose_account_is_closed_does_not_get_in(client: Client):
    sign_in(client, UserFactory(is_active=False).email, PASSWORD)
    assert "_auth_user_id" not in client.session


def test_someone_whose_address_is_not_verified_does_not_get_in(client: Client):
    sign_in(client, UserFactory(verified=False).email, PASSWORD)
    assert "_auth_user_id" not in client.session


def test_signing_out_requires_a_post(client: Client):
    sign_in(client, UserFactory().email, PASSWORD)
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", OPEN)
def test_public_account_pages_open(client: Client, name: str):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "labplatform" in answer.content.decode()


@pytest.mark.parametrize("name", SIGNED_IN)
def test_own_account_pages_open(client: Client, name: str):
    sign_in(client, UserFactory().email, PASSWORD)
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_adding_a_second_factor_requires_reauthentication(client: Client, name: str):
    sign_in(client, UserFactory().email, PASSWORD)
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert client.get(response.headers["Location"]).status_code == 200
    given = client.post(response.headers["Location"], {"password": PASSWORD})
    assert client.get(given.headers["Location"]).status_code == 200


def test_signing_in_leads_to_the_requested_page(client: Client):
    wanted = client.get(reverse("account")).headers["Location"]
    assert wanted == "/accounts/login/?next=/account/"
