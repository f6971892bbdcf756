"""Letters about an account: in the house look, the person's language, to our own address; while others are held too."""

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

from accounts.emails import LETTERS, written
from notifications.actions import hold_mail
from notifications.models import MailSwitch
from tests.factories.accounts import UserFactory, signed_in
from tests.pages import said, texts

PASSWORD = "a long demonstration word"
TEMPLATES = Path(allauth.__file__).parent / "templates"
CODES = {"account/email/login_code", "account/email/password_reset_code"}  # ways in that are closed
TOLD = {
    "sign_in_url": "https://lab.example/sign-in/link/x/",
    "password_reset_url": "https://lab.example/accounts/password/reset/key/x/",
    "activate_url": "https://lab.example/accounts/confirm-email/x/",
    "from_email": "a@people.example",
    "to_email": "b@people.example",
    "deleted_email": "a@people.example",
    "added": "a@people.example",
    "released": "a@people.example",
    "confirm_url": "https://lab.example/account/addresses/confirm/token/",
    "who": "Ada Lab of the lab made this change.",
    "because": "She called back",
    "what": "You are responsible for the figures of Rennes from today on.",
    "ip": "192.0.2.1",
    "user_agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
}
pytestmark = pytest.mark.django_db


def test_every_letter_allauth_may_send_has_our_words():
    theirs = {
        str(path.relative_to(TEMPLATES)).removesuffix("_subject.txt")
        for path in TEMPLATES.rglob("*/email/*_subject.txt")
    }
    ours = {"account/email/sign_in_link", "account/email/invitation_waits"}
    ours |= {"account/email/new_part", "mfa/email/reset_by_the_lab"}
    ours |= {f"account/email/address_{name}" for name in ("added", "claimed", "invited", "released", "taken")}
    assert set(LETTERS) == theirs - CODES | ours


@pytest.mark.parametrize("name", LETTERS)
def test_each_is_whole_as_text_and_as_a_page(name: str):
    user = UserFactory(full_name="Ada <b>Martin</b>", language="en")
    letter = written(name, user.email, user, TOLD | {"timestamp": timezone.now()})
    (page, kind) = letter.alternatives[0]
    assert (kind, letter.to, letter.subject != "") == ("text/html", [user.email], True)
    assert re.findall(r"%\(|\{\{|\{%|None", letter.body + str(page)) == []
    assert "Ada <b>Martin</b>," in letter.body
    assert "Ada &lt;b&gt;Martin&lt;/b&gt;," in " ".join(str(page).split())
    links = set(re.findall(r"https?://[^\s\"<]+", letter.body + str(page)))
    assert (len(links), [link for link in links if not link.startswith("https://lab.example/")]) == (
        2 if LETTERS[name].button else 1,  # the other is the page that says what is kept
        [],
    )


@pytest.mark.parametrize("name", LETTERS)
def test_none_has_the_name_at_an_address_that_nobody_has_verified(name: str):
    """The name is what the account's owner typed; the address may be a stranger's."""
    user = UserFactory(full_name="Zqx Martin", language="en")
    details = TOLD | {"timestamp": timezone.now()}
    of_stranger = written(name, "stranger@people.example", user, details)
    EmailAddress.objects.filter(user=user).update(verified=False)
    own = written(name, user.email, type(user).objects.get(pk=user.pk), details)
    for email in (of_stranger, own):
        assert "Zqx" not in email.body + str(email.alternatives[0][0])
        assert email.body.startswith("Hello,\n")


@pytest.mark.parametrize(("language", "hello"), [("fr", "Bonjour"), ("en", "Hello")])
def test_a_letter_speaks_the_person_s_language_not_the_browser_s(language: str, hello: str):
    other = {"fr": "en", "en": "fr"}[language]
    user = UserFactory(language=language)
    Client(headers={"Accept-Language": other}).post(reverse("ask_sign_in_link"), {"email": user.email})
    (letter,) = mail.outbox
    assert letter.body.startswith(hello)
    assert f'<html lang="{language}">' in str(letter.alternatives[0][0])


def test_whoever_has_no_account_reads_the_language_of_the_page():
    for language in ("fr", "en"):
        client = Client(headers={"Accept-Language": language})
        client.post(reverse("ask_sign_in_link"), {"email": "nobody@people.example"})
        assert f'<html lang="{language}">' in str(mail.outbox[-1].alternatives[0][0])


def test_a_letter_leads_to_base_url_even_under_a_forged_host(settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"host": "evil.example"}).post(reverse("ask_sign_in_link"), {"email": UserFactory().email})
    (letter,) = mail.outbox
    assert "evil.example" not in str(letter.message())
    assert "https://lab.example/sign-in/link/" in letter.body


def test_a_change_is_told_with_when_and_where():
    user = UserFactory(language="en")
    client = Client(headers={"user-agent": TOLD["user_agent"]}, REMOTE_ADDR="192.0.2.1")
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    new = "another demonstration word"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("Your password was changed", [user.email])
    assert "in Firefox on Windows, from the IP address 192.0.2.1." in letter.body


@pytest.mark.parametrize(
    ("language", "moment"),
    [("fr", "26 novembre 2026 à 6\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05"), ("en", "26 November 2026 at 6:05")],
)
def test_its_day_and_time_are_written_as_everywhere_on_the_platform(language: str, moment: str):
    user = UserFactory(language=language)
    told = TOLD | {"timestamp": datetime(2026, 11, 26, 5, 5, tzinfo=UTC)}
    assert moment in written("account/email/password_changed", user.email, user, told).body


def test_they_go_while_other_letters_are_held():
    """Asked for at that moment, by the person: none is stale, and lab staff must get in to release the others."""
    staff = UserFactory(is_lab_staff=True)
    hold_mail(reason="Restored from a backup", at=timezone.now(), by=staff)
    assert MailSwitch.objects.held().exists()
    client = Client()
    client.post(reverse("ask_sign_in_link"), {"email": staff.email})
    client.post(reverse("account_reset_password"), {"email": staff.email})
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("failing", [ConnectionRefusedError, SMTPException, TimeoutError])
def test_a_mail_server_that_is_away_is_said_alike_for_everyone(monkeypatch, caplog, failing: type[Exception]):
    def away(*_args: object, **_options: object) -> None:
        raise failing

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    pages = []
    for email in (UserFactory(language="en").email, "nobody@people.example"):
        client = Client(headers={"Accept-Language": "en"})
        answer = client.post(reverse("ask_sign_in_link"), {"email": email}, follow=True)
        text = answer.content.decode()
        pages.append(("could not be sent just now. Try again" in text, "is on its way" in text))
    assert pages == [(True, False), (True, False)]
    assert "people.example" not in caplog.text


class TestMailServerAway:
    """No page claims that an e-mail is on its way when sending it failed."""

    @pytest.fixture(autouse=True)
    def _away(self, settings):
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1

    FAILED = "The e-mail could not be sent just now. Try again in a few minutes."

    @pytest.mark.parametrize("door", ["ask_sign_in_link", "account_reset_password"])
    def test_a_page_after_a_request_reports_the_failure_alone(self, door: str):
        client = Client(headers={"Accept-Language": "en"})
        page = client.post(reverse(door), {"email": UserFactory(language="en").email}, follow=True)
        assert (texts(page, "h1"), said(page)) == (["The e-mail was not sent"], [self.FAILED])
        assert "on its way" not in page.content.decode()

    def test_the_first_sign_in_reports_the_failure_alone(self):
        user = UserFactory(language="en")
        EmailAddress.objects.filter(user=user).update(verified=False)
        client = Client(headers={"Accept-Language": "en"})
        page = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)
        assert (texts(page, "h1"), said(page)) == (["The e-mail was not sent"], [self.FAILED])
        assert "on its way" not in page.content.decode()

    def test_an_address_that_is_added_reports_the_failure_alone(self):
        client = signed_in(UserFactory(language="en"))
        page = client.post(reverse("account_email"), {"action_add": "1", "email": "new@home.example"}, follow=True)
        assert said(page) == [self.FAILED]
