"""E-mails about an account: our layout, the person's language, our own address, sent even while others are paused."""

import re
from datetime import UTC, datetime
from pathlib import Path
from smtplib import SMTPException

import allauth
import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.emails import EMAILS, account_email
from notifications.actions import pause_all_emails
from notifications.models import MailSwitch
from tests.factories.accounts import UserFactory, signed_in
from tests.pages import messages, texts

PASSWORD = "a long demonstration word"
TEMPLATES = Path(allauth.__file__).parent / "templates"
CODES = {"account/email/login_code", "account/email/password_reset_code"}  # ways in that are closed
CONTEXT = {
    "sign_in_url": "https://lab.example/sign-in/link/x/",
    "password_reset_url": "https://lab.example/accounts/password/reset/key/x/",
    "activate_url": "https://lab.example/accounts/confirm-email/x/",
    "from_email": "a@people.example",
    "to_email": "b@people.example",
    "deleted_email": "a@people.example",
    "added": "a@people.example",
    "released": "a@people.example",
    "confirm_url": "https://lab.example/account/addresses/confirm/token/",
    "changed_by": "Ada Lab of the lab made this change.",
    "reason": "She called back",
    "role": "You are responsible for the figures of Rennes from today on.",
    "ip": "192.0.2.1",
    "user_agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
}
pytestmark = pytest.mark.django_db


def test_every_e_mail_of_allauth_has_our_text():
    theirs = {
        str(path.relative_to(TEMPLATES)).removesuffix("_subject.txt")
        for path in TEMPLATES.rglob("*/email/*_subject.txt")
    }
    ours = {"account/email/sign_in_link", "account/email/invitation_waits"}
    ours |= {"account/email/new_role", "mfa/email/second_factor_reset"}
    ours |= {f"account/email/address_{name}" for name in ("added", "claimed", "invited", "released", "taken")}
    assert set(EMAILS) == theirs - CODES | ours


@pytest.mark.parametrize("name", EMAILS)
def test_each_e_mail_is_complete_as_text_and_html(name: str):
    user = UserFactory(full_name="Ada <b>Martin</b>", language="en")
    message = account_email(name, user.email, user, CONTEXT | {"timestamp": timezone.now()})
    (page, kind) = message.alternatives[0]
    assert (kind, message.to, message.subject != "") == ("text/html", [user.email], True)
    assert re.findall(r"%\(|\{\{|\{%|None", message.body + str(page)) == []
    assert "Ada <b>Martin</b>," in message.body
    assert "Ada &lt;b&gt;Martin&lt;/b&gt;," in " ".join(str(page).split())
    links = set(re.findall(r"https?://[^\s\"<]+", message.body + str(page)))
    assert (len(links), [link for link in links if not link.startswith("https://lab.example/")]) == (
        2 if EMAILS[name].button else 1,  # the other is the page that says what is kept
        [],
    )


@pytest.mark.parametrize("name", EMAILS)
def test_no_e_mail_to_an_unverified_address_contains_the_name(name: str):
    """The account's owner typed the name; the address may be a stranger's."""
    user = UserFactory(full_name="Zqx Martin", language="en")
    details = CONTEXT | {"timestamp": timezone.now()}
    of_stranger = account_email(name, "stranger@people.example", user, details)
    EmailAddress.objects.filter(user=user).update(verified=False)
    own = account_email(name, user.email, type(user).objects.get(pk=user.pk), details)
    for email in (of_stranger, own):
        assert "Zqx" not in email.body + str(email.alternatives[0][0])
        assert email.body.startswith("Hello,\n")


@pytest.mark.parametrize(("language", "hello"), [("fr", "Bonjour"), ("en", "Hello")])
def test_e_mail_uses_the_person_s_language_not_the_browser_s(language: str, hello: str):
    other = {"fr": "en", "en": "fr"}[language]
    user = UserFactory(language=language)
    Client(headers={"Accept-Language": other}).post(reverse("request_sign_in_link"), {"email": user.email})
    (message,) = mail.outbox
    assert message.body.startswith(hello)
    assert f'<html lang="{language}">' in str(message.alternatives[0][0])


def test_e_mail_to_an_unknown_address_uses_the_page_s_language():
    for language in ("fr", "en"):
        client = Client(headers={"Accept-Language": language})
        client.post(reverse("request_sign_in_link"), {"email": "nobody@people.example"})
        assert f'<html lang="{language}">' in str(mail.outbox[-1].alternatives[0][0])


def test_e_mail_links_ignore_a_forged_host_header(settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"host": "evil.example"}).post(reverse("request_sign_in_link"), {"email": UserFactory().email})
    (message,) = mail.outbox
    assert "evil.example" not in str(message.message())
    assert "https://lab.example/sign-in/link/" in message.body


def test_change_notice_says_when_and_where():
    user = UserFactory(language="en")
    client = Client(headers={"user-agent": CONTEXT["user_agent"]}, REMOTE_ADDR="192.0.2.1")
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    new = "another demonstration word"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    (message,) = mail.outbox
    assert (message.subject, message.to) == ("Your password was changed", [user.email])
    assert "in Firefox on Windows, from the IP address 192.0.2.1." in message.body


@pytest.mark.parametrize(
    ("language", "moment"),
    [("fr", "26 novembre 2026 à 6\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05"), ("en", "26 November 2026 at 6:05")],
)
def test_change_notice_formats_day_and_time_as_pages_do(language: str, moment: str):
    user = UserFactory(language=language)
    context = CONTEXT | {"timestamp": datetime(2026, 11, 26, 5, 5, tzinfo=UTC)}
    assert moment in account_email("account/email/password_changed", user.email, user, context).body


def test_account_e_mails_are_sent_while_others_are_paused():
    """The person asked for them at that moment, and lab staff must get in to resume sending."""
    staff = UserFactory(is_lab_staff=True)
    pause_all_emails(reason="Restored from a backup", at=timezone.now(), by=staff)
    assert MailSwitch.objects.paused().exists()
    client = Client()
    client.post(reverse("request_sign_in_link"), {"email": staff.email})
    client.post(reverse("account_reset_password"), {"email": staff.email})
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("failing", [ConnectionRefusedError, SMTPException, TimeoutError])
def test_unreachable_mail_server_is_reported_alike_for_everyone(monkeypatch, caplog, failing: type[Exception]):
    def away(*_args: object, **_options: object) -> None:
        raise failing

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    pages = []
    for email in (UserFactory(language="en").email, "nobody@people.example"):
        client = Client(headers={"Accept-Language": "en"})
        answer = client.post(reverse("request_sign_in_link"), {"email": email}, follow=True)
        text = answer.content.decode()
        pages.append(("could not be sent just now. Try again" in text, "is on its way" in text))
    assert pages == [(True, False), (True, False)]
    assert "people.example" not in caplog.text


class TestMailServerAway:
    """No page claims that an e-mail was sent when sending it failed."""

    @pytest.fixture(autouse=True)
    def _away(self, settings):
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1

    FAILED = "The e-mail could not be sent just now. Try again in a few minutes."

    @pytest.mark.parametrize("door", ["request_sign_in_link", "account_reset_password"])
    def test_a_page_after_a_request_reports_the_failure_alone(self, door: str):
        client = Client(headers={"Accept-Language": "en"})
        page = client.post(reverse(door), {"email": UserFactory(language="en").email}, follow=True)
        assert (texts(page, "h1"), messages(page)) == (["The e-mail was not sent"], [self.FAILED])
        assert "on its way" not in page.content.decode()

    def test_the_first_sign_in_reports_the_failure_alone(self):
        user = UserFactory(language="en")
        EmailAddress.objects.filter(user=user).update(verified=False)
        client = Client(headers={"Accept-Language": "en"})
        page = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)
        assert (texts(page, "h1"), messages(page)) == (["The e-mail was not sent"], [self.FAILED])
        assert "on its way" not in page.content.decode()

    def test_an_address_that_is_added_reports_the_failure_alone(self):
        client = signed_in(UserFactory(language="en"))
        page = client.post(reverse("account_email"), {"action_add": "1", "email": "new@home.example"}, follow=True)
        assert messages(page) == [self.FAILED]
