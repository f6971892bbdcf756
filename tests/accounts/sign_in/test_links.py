"""A sign-in link works once, within fifteen minutes; no page reveals whether an account exists."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import close_account
from accounts.hooks import retentions
from accounts.models import LinkEnd, SignInLink, User
from accounts.privacy.actions import reopen_account
from accounts.privacy.forms import LeaveForm
from accounts.sign_in.actions.links import (
    CLOSED,
    CLOSED_SINCE,
    EXPIRED,
    LINK_LIFETIME,
    REPLACED,
    RETENTION,
    UNKNOWN,
    USED,
    purge_sign_in_links,
    request_sign_in_link,
    use_sign_in_link,
)
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.invitations import InvitationFactory
from web.errors import DomainError

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ASK, RESET = "/sign-in/link/", "/accounts/password/reset/"
pytestmark = pytest.mark.django_db


def requested_link(user: User, at: datetime = NOW) -> str:
    return request_sign_in_link(user=user, email=user.email, at=at, by=user)


def refused(token: str, at: datetime = NOW) -> str:
    with pytest.raises(DomainError) as error:
        use_sign_in_link(token=token, at=at)
    return str(error.value)


def emailed_link() -> str:
    """Return the path of the link in the one e-mail that was sent."""
    (message,) = mail.outbox
    (found,) = set(re.findall(r"https://lab\.example(/sign-in/link/\S+)", message.body))
    return found


def signed_in(client: Client) -> int | None:
    user_key = client.session.get("_auth_user_id")
    return int(user_key) if user_key else None


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.mark.usefixtures("today")
class TestJourney:
    def test_requested_link_signs_in_by_its_button(self, english: Client):
        user = UserFactory()
        sent = english.post(ASK, {"email": user.email.upper()})
        assert (sent.status_code, sent.headers["Location"]) == (302, "/sign-in/link/sent/")
        elsewhere = Client()
        link = emailed_link()
        assert (elsewhere.get(link).status_code, signed_in(elsewhere)) == (200, None)
        answer = elsewhere.post(link)
        assert (answer.status_code, answer.headers["Location"], signed_in(elsewhere)) == (302, "/", user.pk)

    def test_opening_the_link_does_not_use_it(self, english: Client):
        token = requested_link(UserFactory())
        for _ in range(3):
            answer = english.get(reverse("sign_in_link", args=[token]))
            # Never “no-referrer”: browsers would then send the form without an origin, and it is refused.
            assert (answer.status_code, answer.headers["Referrer-Policy"]) == (200, "same-origin")
            assert "no-store" in answer.headers["Cache-Control"]
            assert "You opened the link in your e-mail" in answer.content.decode()  # and the button that does it
        english.head(reverse("sign_in_link", args=[token]))
        assert SignInLink.objects.get().ended_at is None

    def test_sign_in_leads_to_the_requested_page(self, english: Client):
        page = english.get(f"{ASK}?next=/account/").content.decode()
        assert '<input type="hidden" name="next" value="/account/">' in page
        english.post(ASK, {"email": UserFactory().email, "next": "/account/"})
        answer = english.post(emailed_link())
        assert answer.headers["Location"] == "/account/"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_sign_in_never_leads_to_another_site(self, english: Client, elsewhere: str):
        english.post(ASK, {"email": UserFactory().email, "next": elsewhere})
        link = emailed_link()
        assert "next" not in link
        assert english.post(link, {"next": elsewhere}).headers["Location"] == "/"

    def test_link_confirms_an_unverified_address(self, english: Client):
        user = UserFactory(verified=False)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
        english.post(ASK, {"email": user.email})
        english.post(emailed_link())
        assert (signed_in(english), EmailAddress.objects.get().verified) == (user.pk, True)

    def test_page_of_an_invalid_link_says_why_without_a_button(self, english: Client):
        token = requested_link(UserFactory())
        path = reverse("sign_in_link", args=[token])
        assert (Client().get(path).status_code, Client().post(path).status_code) == (200, 302)
        for gone, why in (
            (path, "This link has already been used: each link signs you in once"),
            ("/sign-in/link/nothing/", "This link is not valid"),
        ):
            answer = english.get(gone)
            assert (answer.status_code, why in answer.text, "press the button" in answer.text) == (410, True, False)

    def test_link_is_not_used_by_a_signed_in_person(self, english: Client):
        someone, other = UserFactory(full_name="Anne Martin", language="en"), UserFactory()
        english.force_login(someone)
        token = requested_link(other)
        answer = english.post(reverse("sign_in_link", args=[token]))
        assert "Anne Martin is signed in with this browser." in " ".join(answer.content.decode().split())
        assert (signed_in(english), SignInLink.objects.get().ended_at) == (someone.pk, None)


class TestEnumeration:
    def test_known_unknown_and_closed_accounts_get_the_same_page(self, english: Client):
        people = [UserFactory().email, "nobody@people.example", UserFactory(is_active=False).email]
        answers = [english.post(ASK, {"email": email}) for email in people]
        assert {(a.status_code, a.headers["Location"], a.content) for a in answers} == {
            (302, "/sign-in/link/sent/", b"")
        }

    def test_each_address_gets_one_e_mail_so_that_timing_is_equal(self, english: Client):
        people = [UserFactory().email, "nobody@people.example", UserFactory(is_active=False).email]
        for email in people:
            english.post(ASK, {"email": email})
        assert [(message.to, message.subject) for message in mail.outbox] == [
            ([people[0]], "Your sign-in link"),
            ([people[1]], "No account with this address"),
            ([people[2]], "No account with this address"),
        ]
        assert SignInLink.objects.count() == 1

    @pytest.mark.parametrize(
        ("path", "answer"), [(ASK, "/sign-in/link/sent/"), (RESET, "/accounts/password/reset/done/")]
    )
    def test_invited_person_gets_an_e_mail_about_the_invitation_and_the_same_page(
        self, english: Client, path: str, answer: str
    ):
        with time_machine.travel(NOW, tick=False):
            waits = InvitationFactory(email="vera@victim.example", person__email="vera@victim.example").person
            ended = InvitationFactory(revoked_at=NOW, reason="a mistake").person
            answers = [english.post(path, {"email": person.email}) for person in (waits, ended)]
        assert [(a.status_code, a.headers["Location"], a.content) for a in answers] == [(302, answer, b"")] * 2
        assert [(email.to, email.subject) for email in mail.outbox] == [
            ([waits.email], "An invitation is waiting for you"),
            ([ended.email], "No account with this address"),
        ]
        assert "ask the person who invited you, or the lab, to send the invitation again" in mail.outbox[0].body
        assert [waits.email in mail.outbox[0].body, ended.email in mail.outbox[1].body] == [False, False]

    def test_account_with_a_slash_in_its_address_can_sign_in_and_be_closed(self, english: Client):
        """Forms no longer accept such an address; an account that has one is not locked out."""
        user = UserFactory(email="ada/lab@people.example", password="a long demonstration word")
        english.post(ASK, {"email": user.email})
        english.post(emailed_link())
        assert signed_in(english) == user.pk
        english.post("/accounts/logout/")
        english.post(RESET, {"email": user.email})
        assert [message.to for message in mail.outbox] == [[user.email], [user.email]]
        english.post("/accounts/login/", {"login": user.email, "password": "a long demonstration word"})
        assert signed_in(english) == user.pk
        assert LeaveForm({"email": user.email}, user=user).is_valid()

    @pytest.mark.parametrize("path", [ASK, RESET])
    def test_unknown_address_with_a_slash_gets_no_e_mail_and_the_same_page(self, english: Client, path: str):
        answers = [english.post(path, {"email": email}) for email in ("a/b@people.example", "ab@people.example")]
        assert answers[0].url == answers[1].url
        assert [message.to for message in mail.outbox] == [["ab@people.example"]]

    @pytest.mark.parametrize("typed", ["", "nobody", "a@b\r\nBcc: c@d.example", "x" * 300 + "@people.example"])
    def test_invalid_input_sends_nothing(self, english: Client, typed: str):
        assert english.post(ASK, {"email": typed}).status_code == 200
        assert mail.outbox == []


class TestWrongLinks:
    def test_only_the_hash_of_the_token_is_stored(self):
        token = requested_link(UserFactory())
        link = SignInLink.objects.get()
        assert (len(link.token_hash), len(token), token in str(SignInLink.objects.values())) == (64, 43, False)

    def test_each_invalid_link_has_a_reason(self):
        user, closed = UserFactory(), UserFactory()
        first = requested_link(user)
        second = requested_link(user)
        third = requested_link(closed)
        User.objects.filter(pk=closed.pk).update(is_active=False)
        assert refused(first) == str(REPLACED)
        assert refused(second, NOW + LINK_LIFETIME) == str(EXPIRED)
        use_sign_in_link(token=second, at=NOW + LINK_LIFETIME - timedelta(seconds=1))
        assert refused(second) == str(USED)
        assert refused(third) == str(CLOSED)

    def test_link_of_another_person_stays_open(self):
        first, other = requested_link(UserFactory()), requested_link(UserFactory())
        assert [use_sign_in_link(token=token, at=NOW).ended_how for token in (first, other)] == [LinkEnd.USED] * 2

    def test_link_from_before_a_closing_stays_invalid_after_reopening(self):
        user, staff = UserFactory(), UserFactory(is_lab_staff=True)
        before = requested_link(user)
        close_account(user=user, at=NOW, by=staff)
        assert refused(before) == str(CLOSED)
        reopen_account(user=user, by=staff)
        assert refused(before) == str(CLOSED_SINCE)
        assert use_sign_in_link(token=requested_link(user), at=NOW).user == user

    @pytest.mark.parametrize("guess", ["", "x", "a" * 43, "a" * 5000, "' OR 1=1 --", "\x00", "é"])
    def test_guessed_token_is_not_valid(self, guess: str):
        requested_link(UserFactory())
        assert refused(guess) == str(UNKNOWN)

    def test_page_of_an_invalid_link_offers_a_new_one(self, english: Client):
        answer = english.post(reverse("sign_in_link", args=["a" * 43]))
        page = " ".join(answer.content.decode().split())
        assert (answer.status_code, "This link is not valid" in page) == (410, True)
        assert f'<a class="btn btn-primary" href="{ASK}">Ask for a new link</a>' in page

    def test_link_signs_in_once(self):
        token = requested_link(UserFactory(), at=datetime.now(UTC))
        path = reverse("sign_in_link", args=[token])
        assert [Client().post(path).status_code for _ in range(3)] == [302, 410, 410]


@pytest.mark.django_db(transaction=True)
def test_one_of_ten_concurrent_uses_succeeds():
    token = requested_link(UserFactory())
    assert run_at_once(*[lambda: use_sign_in_link(token=token, at=NOW)] * 10) == [str(USED)] * 9 + ["done"]


@pytest.mark.django_db(transaction=True)
def test_one_of_five_concurrent_requests_stays_open():
    user = UserFactory()
    assert run_at_once(*[lambda: requested_link(user)] * 5) == ["done"] * 5
    assert (SignInLink.objects.count(), SignInLink.objects.not_ended().count()) == (5, 1)


class TestDatabase:
    """The rules of the database hold for any writer."""

    def broken(self, **changed: object) -> str:
        link = SignInLink.objects.order_by("pk").last()
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            SignInLink.objects.filter(pk=link.pk if link else 0).update(**changed)
        return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]

    def test_person_has_at_most_one_open_link(self):
        user = UserFactory()
        requested_link(user)
        with pytest.raises(IntegrityError, match="sign_in_link_one_open"):
            SignInLink.objects.create(
                user=user, email=user.email, token_hash="x", made_at=NOW, expires_at=NOW + LINK_LIFETIME
            )

    def test_ended_link_records_how_it_ended(self):
        requested_link(UserFactory())
        assert self.broken(ended_at=NOW) == "sign_in_link_ended_how"
        assert self.broken(ended_how=LinkEnd.USED) == "sign_in_link_ended_how"
        assert self.broken(expires_at=NOW) == "sign_in_link_expires_later"

    def test_expired_link_cannot_be_used_but_can_be_replaced(self):
        requested_link(UserFactory())
        over = {"ended_at": NOW + LINK_LIFETIME, "ended_how": LinkEnd.USED}
        assert self.broken(**over) == "sign_in_link_in_time"
        assert self.broken(ended_at=NOW + timedelta(hours=1), ended_how=LinkEnd.USED) == "sign_in_link_in_time"
        SignInLink.objects.update(ended_at=NOW + timedelta(hours=1), ended_how=LinkEnd.REPLACED)

    def test_used_link_keeps_its_times(self):
        use_sign_in_link(token=requested_link(UserFactory()), at=NOW + LINK_LIFETIME - timedelta(microseconds=1))
        assert SignInLink.objects.get().ended_how == LinkEnd.USED

    def test_ended_link_cannot_be_reopened(self):
        use_sign_in_link(token=requested_link(UserFactory()), at=NOW)
        assert self.broken(ended_at=None, ended_how="") == "sign_in_link_ends_once"
        assert self.broken(expires_at=NOW + timedelta(days=9)) == "sign_in_link_ends_once"


def test_links_are_deleted_after_thirty_days():
    for days in (0, 29, 31):
        requested_link(UserFactory(), at=NOW - timedelta(days=days))
    assert (purge_sign_in_links(at=NOW, dry_run=True), SignInLink.objects.count()) == (1, 3)
    assert (purge_sign_in_links(at=NOW), SignInLink.objects.count()) == (1, 2)
    assert (retentions()["sign_in_links"].days, retentions()["sign_in_links"].purge) == (
        RETENTION.days,
        purge_sign_in_links,
    )


def test_pages_take_few_queries(english: Client, django_assert_num_queries):
    token = requested_link(UserFactory())
    with django_assert_num_queries(4):  # the link, and on each page the accessibility status
        english.get(ASK)
        english.get("/sign-in/link/sent/")
        english.get(reverse("sign_in_link", args=[token]))


def test_page_says_that_yesterday_s_link_is_too_old(english: Client):
    with time_machine.travel(NOW, tick=False):
        token = requested_link(UserFactory())
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        looked, pressed = (ask(reverse("sign_in_link", args=[token])) for ask in (english.get, english.post))
    assert [answer.status_code for answer in (looked, pressed)] == [410, 410]
    assert ["This link is too old" in answer.text for answer in (looked, pressed)] == [True, True]
