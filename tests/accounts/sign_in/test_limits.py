"""Attempts are limited by the client's address and by account, and the limit is explained on a page."""

import pytest
from django.conf import settings as configured
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.sign_in.adapter import ClosedAccountAdapter
from labplatform.settings import base
from tests.factories.accounts import UserFactory
from tests.factories.second_factors import an_app, code_of

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


def test_five_wrong_passwords_block_an_account_from_any_computer():
    email = UserFactory().email
    assert [guess(visitor(f"192.0.2.{n}"), email) for n in range(7)] == [WRONG] * 5 + [ENOUGH] * 2
    assert guess(visitor("198.51.100.1"), email, PASSWORD) == ENOUGH


def test_unknown_address_gets_the_same_limit_message():
    assert [guess(visitor(), "nobody@people.example") for _ in range(6)] == [WRONG] * 5 + [ENOUGH]


def test_ten_wrong_passwords_block_a_computer_for_any_account():
    client = visitor()
    assert [guess(client, f"p{n}@people.example") for n in range(11)] == [WRONG] * 10 + [ENOUGH]
    assert guess(visitor("198.51.100.1"), UserFactory().email, PASSWORD) == "302"


def test_five_wrong_codes_block_the_second_factor():
    user = UserFactory()
    an_app(user)
    client = visitor()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("route", "field"), [("request_sign_in_link", "email"), ("account_reset_password", "email")], ids=["link", "reset"]
)
def test_one_address_gets_three_e_mails_at_most(route: str, field: str):
    for email in (UserFactory().email, "nobody@people.example"):
        answers = [visitor(f"192.0.2.{n}").post(reverse(route), {field: email}).status_code for n in range(4)]
        assert answers[:3] == [302, 302, 302]
        assert answers[3] in {200, 429}
    assert [message.to[0] for message in mail.outbox].count("nobody@people.example") == 3


def test_twenty_guessed_links_block_a_computer():
    client = visitor()
    tried = [client.post(reverse("sign_in_link", args=[f"guess{n}"])).status_code for n in range(21)]
    assert tried == [410] * 20 + [429]


def test_limit_page_has_the_platform_s_layout():
    client = visitor()
    for _ in range(4):
        answer = client.post(reverse("request_sign_in_link"), {"email": "nobody@people.example"})
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert "<h1>You have tried too many times</h1>" in page
    assert "Try again in a few minutes." in page
    assert "nobody@people.example" not in page


def test_limits_apply_to_signed_in_people():
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
def test_client_address_comes_from_the_last_trusted_proxy(settings, proxies: int, sent: str | None, counted: str):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": sent} if sent else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert ClosedAccountAdapter().get_client_ip(request) == counted


def test_every_limit_has_a_number_a_period_and_a_key():
    limits = base.ACCOUNT_RATE_LIMITS
    assert isinstance(limits, dict)
    assert sorted(limits) == [
        "change_password",
        "confirm_email",
        "import_table",
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
