"""Attempts are limited, by the client's address and by whom they are about; a limit says so in words."""

import pytest
from django.conf import settings as configured
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.sign_in.adapter import ClosedAccountAdapter
from labplatform.settings import base
from tests.factories.accounts import UserFactory
from tests.factories.factors import an_app, code_of

PASSWORD = "a long demonstration word"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    settings.MFA_RATE_LIMITS = base.MFA_RATE_LIMITS


def visitor(address: str = "192.0.2.1") -> Client:
    return Client(headers={"Accept-Language": "en"}, REMOTE_ADDR=address)


def guess(client: Client, email: str, password: str = "") -> str:
    answer = client.post(reverse("account_login"), {"login": email, "password": password or "wrong"})
    if answer.status_code == 200:
        (reason,) = answer.context["form"].non_field_errors()
        return str(reason)
    return str(answer.status_code)


WRONG = "The email address and/or password you specified are not correct."
ENOUGH = "Too many failed login attempts. Try again later."


def test_five_wrong_passwords_of_one_person_are_enough_wherever_they_come_from():
    email = UserFactory().email
    assert [guess(visitor(f"192.0.2.{n}"), email) for n in range(7)] == [WRONG] * 5 + [ENOUGH] * 2
    assert guess(visitor("198.51.100.1"), email, PASSWORD) == ENOUGH


def test_the_same_is_said_of_an_address_without_an_account():
    assert [guess(visitor(), "nobody@people.example") for _ in range(6)] == [WRONG] * 5 + [ENOUGH]


def test_ten_wrong_passwords_from_one_computer_are_enough_whoever_they_are_of():
    client = visitor()
    assert [guess(client, f"p{n}@people.example") for n in range(11)] == [WRONG] * 10 + [ENOUGH]
    assert guess(visitor("198.51.100.1"), UserFactory().email, PASSWORD) == "302"


def test_five_wrong_codes_are_enough():
    user = UserFactory()
    an_app(user)
    client = visitor()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("route", "field"), [("ask_sign_in_link", "email"), ("account_reset_password", "email")], ids=["link", "reset"]
)
def test_three_letters_to_one_address_are_enough_known_or_not(route: str, field: str):
    for email in (UserFactory().email, "nobody@people.example"):
        answers = [visitor(f"192.0.2.{n}").post(reverse(route), {field: email}).status_code for n in range(4)]
        assert answers[:3] == [302, 302, 302]
        assert answers[3] in {200, 429}
    assert [letter.to[0] for letter in mail.outbox].count("nobody@people.example") == 3


def test_twenty_guesses_at_links_from_one_computer_are_enough():
    client = visitor()
    tried = [client.post(reverse("sign_in_link", args=[f"guess{n}"])).status_code for n in range(21)]
    assert tried == [410] * 20 + [429]


def test_it_is_said_on_a_page_of_the_house():
    client = visitor()
    for _ in range(4):
        answer = client.post(reverse("ask_sign_in_link"), {"email": "nobody@people.example"})
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert "<h1>You have tried too many times</h1>" in page
    assert "Try again in a few minutes." in page
    assert "nobody@people.example" not in page


def test_signed_in_too():
    user = UserFactory(language="en")
    client = visitor()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    new = {"oldpassword": "wrong", "password1": "another long word here", "password2": "another long word here"}
    answers = [client.post(reverse("account_change_password"), new).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("proxies", "sent", "counted"),
    [
        (0, "203.0.113.5", "192.0.2.1"),  # anybody can say so
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.9, 203.0.113.5", "203.0.113.5"),
        (2, "203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (1, None, "192.0.2.1"),
    ],
)
def test_the_client_is_who_the_last_trusted_proxy_says(settings, proxies: int, sent: str | None, counted: str):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": sent} if sent else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert ClosedAccountAdapter().get_client_ip(request) == counted


def test_every_limit_is_a_number_per_time_per_whom():
    limits = base.ACCOUNT_RATE_LIMITS
    assert isinstance(limits, dict)
    assert sorted(limits) == [
        "change_password",
        "confirm_email",
        "login",
        "login_failed",
        "manage_email",
        "reauthenticate",
        "reset_password",
        "reset_password_from_key",
        "sign_in_link",
        "sign_in_link_used",
        "signup",
    ]
    assert configured.CACHES["default"]["BACKEND"].endswith("LocMemCache")  # the suite's; Redis where REDIS_URL is set
