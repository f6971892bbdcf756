"""What the link in an invitation opens: the page, the ways in, and fifty ways that do not lead in."""

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
from tests.cohorts.pages import browser, main
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.invitations import A_DAY, InvitationFactory, link, token
from tests.factories.programmes import AuthorityFactory
from tests.sql import execute
from web.security.link_tokens import hash_of

pytestmark = pytest.mark.django_db
WORD = "nine green bottles"
NEW = {"full_name": "Ada Essai", "password": WORD}

USED = "This invitation has already been accepted: each invitation"
ENDED = "This invitation has ended"
BACK = "This invitation was withdrawn"
OTHER = "This invitation is for another e-mail address"
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
    def test_it_says_who_invites_into_what_and_what_happens_next(self, row):
        text = main(stranger().get(link(row)))
        assert "Pilot Rivage invites you to take part in Rivage ( Ville de Rivage ) as ambassador." in text.replace(
            "(Ville de Rivage)", "( Ville de Rivage )"
        )
        assert f"For {row.email}, open until 8 Dec 2026." in text
        assert "You land on the page of your cohort" in text

    def test_reading_it_changes_nothing(self, row):
        client = stranger()
        before = Invitation.objects.values().get(pk=row.pk)
        assert [client.get(link(row)).status_code, client.head(link(row)).status_code] == [200, 200]
        assert (Invitation.objects.values().get(pk=row.pk), dict(client.session)) == (before, {})

    def test_it_costs_four_statements_at_most(self, row, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            stranger().get(link(row))

    def test_other_pages_learn_no_more_than_the_host_and_nobody_keeps_it(self, row):
        answer = stranger().get(link(row))
        assert (answer.headers["Referrer-Policy"], "no-store" in answer.headers["Cache-Control"]) == (
            "strict-origin",
            True,
        )

    def test_an_admin_to_be_reads_of_the_authority(self, cast):
        row = InvitationFactory(cohort=None, authority=cast.other.authority, role="admin")
        assert "invites you to answer for the figures of Ville de Montagne" in main(stranger().get(link(row)))

    @pytest.mark.parametrize("configured", [False, True])
    def test_the_organisation_s_sign_in_is_offered_where_there_is_one(self, row, settings, configured):
        app = {"provider_id": "own", "name": "Own", "client_id": "x", "settings": {"server_url": "https://own.example"}}
        settings.OIDC_PROVIDERS = [app] if configured else []
        assert ("Use your organisation’s sign-in" in main(stranger().get(link(row)))) is configured


class TestWaysIn:
    def test_someone_new_lands_in_the_cohort_signed_in(self, row):
        client = stranger()
        answer = client.post(link(row), NEW)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/cohorts/rivage/")
        assert (get_user(client).pk, client.get("/cohorts/rivage/").status_code) == (row.person_id, 200)

    def test_that_sign_in_is_listed_and_noted_as_any_other(self, row, caplog):
        caplog.set_level(logging.INFO, "labplatform.security")
        client = stranger()
        client.post(link(row), NEW)
        assert UserSession.objects.get(user=row.person).session_key == client.session.session_key
        assert [line.facts["by"] for line in caplog.records if line.event == "signed_in"] == ["invitation"]
        assert "Sign out" in client.get("/account/sign-ins/").content.decode()

    def test_a_weak_password_is_refused_in_words_and_nothing_is_taken(self, row):
        answer = stranger().post(link(row), {"full_name": "Ada", "password": "short"})
        assert "This password is too short" in main(answer)
        assert User.objects.get(pk=row.person_id).joined is False

    def test_someone_with_an_account_signs_in_and_accepts_with_one_button(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
        client = stranger()
        assert "Sign in to accept" in main(client.get(link(row)))
        answer = client.post(link(row), {"sign_in": "1"})
        assert answer.headers["Location"] == "/accounts/login/?next=/invitation/"
        assert token(row) not in str(dict(client.session))
        client.post(
            "/accounts/login/",
            {"login": cast["X"].email, "password": "a long demonstration word", "next": "/invitation/"},
        )
        assert "Accept the invitation" in main(client.get("/invitation/"))
        assert Membership.objects.filter(user=cast["X"]).exists() is False
        assert client.post("/invitation/").headers["Location"] == "/cohorts/rivage/"
        assert Membership.objects.get(user=cast["X"]).cohort == cast.cohort

    def test_someone_signed_in_accepts_on_the_page_itself(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
        client = browser(cast["X"])
        assert "Accept the invitation" in main(client.get(link(row)))
        assert client.post(link(row)).status_code == 302
        assert Membership.objects.get(user=cast["X"]).cohort == cast.cohort

    def test_a_password_sent_to_an_account_that_is_there_changes_nothing(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
        before = cast["X"].password
        stranger().post(link(row), NEW)
        cast["X"].refresh_from_db()
        assert (cast["X"].password, Membership.objects.filter(user=cast["X"]).exists()) == (before, False)

    def test_without_a_link_there_is_nothing_to_accept(self, cast):
        client = browser(cast["X"])
        assert "There is no invitation to accept on this page" in main(client.get("/invitation/"))
        assert client.post("/invitation/").headers["Location"] == "/"


def the_link(row: Invitation, _cast: Cast) -> str:
    return link(row)


def used(row: Invitation, _cast: Cast) -> str:
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


def guessed(change: Callable[[str], str]) -> Callable[[Invitation, Cast], str]:
    return lambda row, _cast: f"/invitations/{change(token(row))}/"


GUESSES: dict[str, Callable[[str], str]] = {
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
    "its hash": hash_of,
    "a statement": lambda _text: "'%20OR%201=1--",
    "dots": lambda _text: "..",
    "nothing visible": lambda _text: "%00",
    "long": lambda _text: "A" * 2000,
    "a word": lambda _text: "invitation",
}
# How the link is made or spoilt, how much later it is tried, and the reason that is given.
LINKS = [
    (used, 0, USED),
    (used, 20, USED),
    (replaced_then_used, 0, USED),
    (the_link, 15, ENDED),
    (the_link, 100, ENDED),
    (replaced, 20, ENDED),
    (revoked, 0, BACK),
    (revoked, 20, BACK),
    (replaced, 0, REPLACED),
    (withdrawn, 0, WITHDRAWN),
    (closed, 0, CLOSED),
    *((guessed(change), 0, UNKNOWN) for change in GUESSES.values()),
]
# By whom: a stranger (27 links), then people of the house who are signed in (the rest of the fifty).
ATTEMPTS = [
    *(("", *given) for given in LINKS),
    *((letter, the_link, 0, OTHER) for letter in "SCDPMRANX"),
    *(("X", *given) for given in LINKS[:11]),
    ("S", guessed(GUESSES["zeros"]), 0, UNKNOWN),
    ("S", used, 0, USED),
    ("P", revoked, 0, BACK),
]


def test_they_are_fifty():
    assert len(ATTEMPTS) == 50


def test_fifty_wrong_links_let_nobody_in_and_each_is_told_why(cast):
    """Each is opened, then sent; it begins from the same row, and nothing of it stays."""
    kept = InvitationFactory(cohort=cast.cohort, role="relay")
    wrong = []
    for number, (letter, make, days, reason) in enumerate(ATTEMPTS):
        row = Invitation.objects.get(pk=kept.pk)
        with _undone(), time_machine.travel(NOW + days * A_DAY, tick=False):
            address = make(row, cast)
            before = _inside()
            client = browser(cast[letter]) if letter else stranger()
            who = get_user(client).pk
            for ask in (client.get, client.post):
                answer = ask(address, NEW)
                if (
                    reason not in answer.content.decode()
                    or answer.status_code < 400
                    or _inside() != before
                    or get_user(client).pk != who
                ):
                    wrong.append((number, ask.__name__, letter, reason, answer.status_code))
    assert wrong == []


def _inside() -> tuple[int, int, int]:
    """How many are in, how many have joined, how many invitations were accepted."""
    return (
        Membership.objects.count(),
        User.objects.filter(joined=True).count(),
        Invitation.objects.accepted().count(),
    )


@contextmanager
def _undone() -> Iterator[None]:
    """Nothing of what happens inside stays, guesses that were counted included."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class TestLimit:
    def test_after_twenty_guesses_nobody_there_gets_an_answer_for_ten_minutes(self, row):
        guesses = [stranger().get(f"/invitations/guess{n}/").status_code for n in range(20)]
        assert guesses == [404] * 20
        late = stranger().get(link(row))
        assert (
            late.status_code,
            "Too many links that are not valid were tried from this" in late.content.decode(),
        ) == (429, True)
        assert stranger().get(link(row), REMOTE_ADDR="10.1.1.1").status_code == 200

    def test_links_that_once_opened_something_are_no_guesses(self, row, cast):
        gone = revoked(row, cast)
        assert {stranger().get(gone).status_code for _ in range(25)} == {410}


class TestTraces:
    def test_no_log_names_the_token_and_each_refusal_has_its_line(self, row, cast, caplog):
        caplog.set_level(logging.INFO)
        revoked(row, cast)
        stranger().get(link(row))
        browser(cast["X"]).get(link(InvitationFactory(cohort=cast.cohort)))
        noted = [line.getMessage() for line in caplog.records if line.name == "labplatform.security"]
        lines = [line for line in noted if line.startswith("invitation_refused ")]
        assert len(lines) == 2
        assert ['"reason": "revoked"' in lines[0], '"reason": "other_address"' in lines[1]] == [True, True]
        assert [text for text in caplog.messages if "/invitations/" in text or token(row) in text] == []

    def test_no_table_keeps_the_token_of_an_accepted_invitation(self, row):
        client = stranger()
        client.post(link(row), {"sign_in": "1"})
        client.post(link(row), NEW)
        assert Membership.objects.filter(user=row.person_id).exists()
        found = [model._meta.db_table for model in apps.get_models() if _holds(model._meta.db_table, token(row))]
        assert found == []


def _holds(table: str, text: str) -> bool:
    if table not in connection.introspection.table_names():
        return False
    return bool(execute(f"SELECT 1 FROM {table} t WHERE t::text LIKE %s LIMIT 1", f"%{text}%"))


@pytest.mark.usefixtures("cast")
def test_an_admin_s_invitation_is_refused_like_any_other():
    row = InvitationFactory(cohort=None, authority=AuthorityFactory(), role="admin", person=UserFactory())
    accept_invitation(
        invitation=row, token_hash=row.token_hash, user=row.person, at=NOW + timedelta(hours=1), by=row.person
    )
    assert USED in stranger().get(link(row)).content.decode()
