"""Tests of the pages behind the link of an invitation: how people accept, and fifty wrong links."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth import get_user
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from accounts.actions import close_account
from accounts.models import User
from cohorts.cohort.actions import withdraw_cohort
from cohorts.invitations.actions.invitations import accept_invitation, join_and_accept, resend_invitation
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.models import Invitation, Membership
from tests.cohorts.pages import browser, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.invitations import A_DAY, InvitationFactory, link, token
from tests.factories.programmes import AuthorityFactory
from tests.sql import execute
from web.security.link_tokens import hash_token

pytestmark = pytest.mark.django_db
WORD = "nine green bottles"
NEW = {"full_name": "Ada Essai", "password": WORD}

ALREADY_ACCEPTED = "This invitation has already been accepted: each invitation"
EXPIRED = "This invitation has ended"
REVOKED = "This invitation was withdrawn"
OTHER_ADDRESS = "This invitation is for another e-mail address"
REPLACED = "This invitation was sent again since"
UNKNOWN = "This link does not open an invitation"
WITHDRAWN = "The cohort has withdrawn"
CLOSED = "The account with this address is closed"


@pytest.fixture
def row(cast) -> Invitation:
    return InvitationFactory(cohort=cast.cohort, invited_by=cast["P"], full_name="Ada Essai")


def stranger() -> Client:
    return Client(headers={"accept-language": "en"})


class TestPage:
    def test_the_page_names_the_inviter_and_the_cohort_and_explains_the_next_step(self, row):
        text = page_text(stranger().get(link(row)))
        assert "Pilot Rivage invites you to take part in Rivage ( Ville de Rivage ) as ambassador." in text.replace(
            "(Ville de Rivage)", "( Ville de Rivage )"
        )
        assert f"For {row.email}, open until 8 Dec 2026." in text
        assert "You land on the page of your cohort" in text

    def test_reading_the_page_changes_nothing(self, row):
        client = stranger()
        before = Invitation.objects.values().get(pk=row.pk)
        assert [client.get(link(row)).status_code, client.head(link(row)).status_code] == [200, 200]
        assert (Invitation.objects.values().get(pk=row.pk), dict(client.session)) == (before, {})

    def test_the_page_needs_five_statements_at_most(self, row, django_assert_max_num_queries):
        with django_assert_max_num_queries(5):
            stranger().get(link(row))

    def test_the_url_reaches_other_sites_only_as_host_and_is_not_cached(self, row):
        answer = stranger().get(link(row))
        assert (answer.headers["Referrer-Policy"], "no-store" in answer.headers["Cache-Control"]) == (
            "strict-origin",
            True,
        )

    def test_a_future_admin_sees_the_authority(self, cast):
        row = InvitationFactory(cohort=None, authority=cast.other_cohort.authority, role="admin")
        assert "invites you to answer for the figures of Ville de Montagne" in page_text(stranger().get(link(row)))

    @pytest.mark.parametrize("configured", [False, True])
    def test_the_sign_in_of_the_organisation_is_offered_if_configured(self, row, settings, configured):
        app = {"provider_id": "own", "name": "Own", "client_id": "x", "settings": {"server_url": "https://own.example"}}
        settings.OIDC_PROVIDERS = [app] if configured else []
        assert ("Use your organisation’s sign-in" in page_text(stranger().get(link(row)))) is configured


class TestAccepting:
    def test_a_new_person_is_signed_in_and_sees_the_cohort(self, row):
        client = stranger()
        answer = client.post(link(row), NEW)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/cohorts/rivage/")
        assert (get_user(client).pk, client.get("/cohorts/rivage/").status_code) == (row.person_id, 200)

    def test_that_sign_in_is_listed_and_logged_like_any_other(self, row, caplog):
        caplog.set_level(logging.INFO, "labplatform.security")
        client = stranger()
        client.post(link(row), NEW)
        assert UserSession.objects.get(user=row.person).session_key == client.session.session_key
        assert [line.facts["by"] for line in caplog.records if line.event == "signed_in"] == ["invitation"]
        assert "Sign out" in client.get("/account/sign-ins/").content.decode()

    def test_a_weak_password_is_refused_with_a_sentence_and_nothing_is_saved(self, row):
        answer = stranger().post(link(row), {"full_name": "Ada", "password": "short"})
        assert "This password is too short" in page_text(answer)
        assert User.objects.get(pk=row.person_id).joined is False

    def test_a_person_with_an_account_signs_in_and_accepts_with_one_button(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
        client = stranger()
        assert "Sign in to accept" in page_text(client.get(link(row)))
        answer = client.post(link(row), {"sign_in": "1"})
        assert answer.headers["Location"] == "/accounts/login/?next=/invitation/"
        assert token(row) not in str(dict(client.session))
        client.post(
            "/accounts/login/",
            {"login": cast["X"].email, "password": "a long demonstration word", "next": "/invitation/"},
        )
        assert "Accept the invitation" in page_text(client.get("/invitation/"))
        assert Membership.objects.filter(user=cast["X"]).exists() is False
        assert client.post("/invitation/").headers["Location"] == "/cohorts/rivage/"
        assert Membership.objects.get(user=cast["X"]).cohort == cast.cohort

    def test_a_signed_in_person_accepts_on_the_page(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
        client = browser(cast["X"])
        assert "Accept the invitation" in page_text(client.get(link(row)))
        assert client.post(link(row)).status_code == 302
        assert Membership.objects.get(user=cast["X"]).cohort == cast.cohort

    def test_a_password_sent_for_an_existing_account_changes_nothing(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
        before = cast["X"].password
        stranger().post(link(row), NEW)
        cast["X"].refresh_from_db()
        assert (cast["X"].password, Membership.objects.filter(user=cast["X"]).exists()) == (before, False)

    def test_without_a_link_there_is_no_invitation_to_accept(self, cast):
        client = browser(cast["X"])
        assert "There is no invitation to accept on this page" in page_text(client.get("/invitation/"))
        assert client.post("/invitation/").headers["Location"] == "/"


def the_link(row: Invitation, _cast: Cast) -> str:
    return link(row)


def accepted(row: Invitation, _cast: Cast) -> str:
    join_and_accept(invitation=row, token_hash=row.token_hash, full_name="Ada", password=WORD, at=NOW, by=row.person)
    return link(row)


def revoked(row: Invitation, cast: Cast) -> str:
    revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["P"])
    return link(row)


def replaced(row: Invitation, cast: Cast) -> str:
    before = link(row)
    resend_invitation(invitation=row, at=NOW, by=cast["P"])
    return before


def replaced_then_used(row: Invitation, cast: Cast) -> str:
    before = replaced(row, cast)
    again = Invitation.objects.get(pk=row.pk)
    join_and_accept(
        invitation=again, token_hash=again.token_hash, full_name="Ada", password=WORD, at=NOW, by=again.person
    )
    return before


def withdrawn(row: Invitation, cast: Cast) -> str:
    withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])
    return link(row)


def closed(row: Invitation, cast: Cast) -> str:
    other = InvitationFactory(cohort=cast.cohort, person=UserFactory())
    close_account(user=other.person, at=NOW, by=None)
    return link(other)


def with_wrong_token(change: Callable[[str], str]) -> Callable[[Invitation, Cast], str]:
    return lambda row, _cast: f"/invitations/{change(token(row))}/"


WRONG_TOKENS: dict[str, Callable[[str], str]] = {
    "cut": lambda text: text[:-1],
    "cut in half": lambda text: text[:20],
    "one letter": lambda _text: "a",
    "a letter more": lambda text: text + "A",
    "another first letter": lambda text: ("B" if text[0] == "A" else "A") + text[1:],
    "capitals": lambda text: text.swapcase(),
    "backwards": lambda text: text[::-1],
    "padded": lambda text: f"{text}=",
    "a number": lambda _text: "1",
    "zeros": lambda _text: "0" * 43,
    "its hash": hash_token,
    "a statement": lambda _text: "'%20OR%201=1--",
    "dots": lambda _text: "..",
    "nothing visible": lambda _text: "%00",
    "long": lambda _text: "A" * 2000,
    "a word": lambda _text: "invitation",
}
# How the link is made or changed, how many days later it is tried, and the reason the page gives.
LINKS = [
    (accepted, 0, ALREADY_ACCEPTED),
    (accepted, 20, ALREADY_ACCEPTED),
    (replaced_then_used, 0, ALREADY_ACCEPTED),
    (the_link, 15, EXPIRED),
    (the_link, 100, EXPIRED),
    (replaced, 20, EXPIRED),
    (revoked, 0, REVOKED),
    (revoked, 20, REVOKED),
    (replaced, 0, REPLACED),
    (withdrawn, 0, WITHDRAWN),
    (closed, 0, CLOSED),
    *((with_wrong_token(change), 0, UNKNOWN) for change in WRONG_TOKENS.values()),
]
# Who tries: a visitor who is signed out (27 links), then signed-in people of the cast (the rest of the fifty).
ATTEMPTS = [
    *(("", *attempt) for attempt in LINKS),
    *((role, the_link, 0, OTHER_ADDRESS) for role in "SCDPMRANX"),
    *(("X", *attempt) for attempt in LINKS[:11]),
    ("S", with_wrong_token(WRONG_TOKENS["zeros"]), 0, UNKNOWN),
    ("S", accepted, 0, ALREADY_ACCEPTED),
    ("P", revoked, 0, REVOKED),
]


def test_there_are_fifty_wrong_links():
    assert len(ATTEMPTS) == 50


def test_fifty_wrong_links_are_refused_each_with_its_reason(cast):
    """Each link is opened, then sent, and starts from the same row; its changes are rolled back."""
    invitation = InvitationFactory(cohort=cast.cohort, role="relay")
    wrong = []
    for number, (role, make, days, reason) in enumerate(ATTEMPTS):
        row = Invitation.objects.get(pk=invitation.pk)
        with _rolled_back(), time_machine.travel(NOW + days * A_DAY, tick=False):
            address = make(row, cast)
            before = _saved_state()
            client = browser(cast[role]) if role else stranger()
            user_id = get_user(client).pk
            for ask in (client.get, client.post):
                answer = ask(address, NEW)
                if (
                    reason not in answer.content.decode()
                    or answer.status_code < 400
                    or _saved_state() != before
                    or get_user(client).pk != user_id
                ):
                    wrong.append((number, ask.__name__, role, reason, answer.status_code))
    assert wrong == []


def _saved_state() -> tuple[int, int, int]:
    """Return the numbers of memberships, of people who joined and of accepted invitations."""
    return (
        Membership.objects.count(),
        User.objects.filter(joined=True).count(),
        Invitation.objects.accepted().count(),
    )


@contextmanager
def _rolled_back() -> Iterator[None]:
    """Roll back everything inside, counted wrong links included."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class TestLimit:
    def test_after_twenty_wrong_links_the_address_is_blocked_for_ten_minutes(self, row):
        guesses = [stranger().get(f"/invitations/guess{n}/").status_code for n in range(20)]
        assert guesses == [404] * 20
        late = stranger().get(link(row))
        assert (
            late.status_code,
            "Too many links that are not valid were tried from this" in late.content.decode(),
        ) == (429, True)
        assert stranger().get(link(row), REMOTE_ADDR="10.1.1.1").status_code == 200

    def test_links_of_ended_invitations_do_not_count_as_wrong(self, row, cast):
        gone = revoked(row, cast)
        assert {stranger().get(gone).status_code for _ in range(25)} == {410}


class TestTraces:
    def test_no_log_contains_the_token_and_each_refusal_is_logged(self, row, cast, caplog):
        caplog.set_level(logging.INFO)
        revoked(row, cast)
        stranger().get(link(row))
        browser(cast["X"]).get(link(InvitationFactory(cohort=cast.cohort)))
        messages = [line.getMessage() for line in caplog.records if line.name == "labplatform.security"]
        lines = [line for line in messages if line.startswith("invitation_refused ")]
        assert len(lines) == 2
        assert ['"reason": "revoked"' in lines[0], '"reason": "other_address"' in lines[1]] == [True, True]
        assert [text for text in caplog.messages if "/invitations/" in text or token(row) in text] == []

    def test_no_table_contains_the_token_of_an_accepted_invitation(self, row):
        client = stranger()
        client.post(link(row), {"sign_in": "1"})
        client.post(link(row), NEW)
        assert Membership.objects.filter(user=row.person_id).exists()
        tables = [model._meta.db_table for model in apps.get_models() if _contains(model._meta.db_table, token(row))]
        assert tables == []


def _contains(table: str, text: str) -> bool:
    if table not in connection.introspection.table_names():
        return False
    return bool(execute(f"SELECT 1 FROM {table} t WHERE t::text LIKE %s LIMIT 1", f"%{text}%"))


@pytest.mark.usefixtures("cast")
def test_an_invitation_of_an_admin_is_refused_like_any_other():
    row = InvitationFactory(cohort=None, authority=AuthorityFactory(), role="admin", person=UserFactory())
    accept_invitation(
        invitation=row, token_hash=row.token_hash, user=row.person, at=NOW + timedelta(hours=1), by=row.person
    )
    assert ALREADY_ACCEPTED in stranger().get(link(row)).content.decode()
