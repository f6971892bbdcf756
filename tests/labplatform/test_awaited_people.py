"""Somebody invited who has not joined is nobody to every door and list: only their invitation knows them."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import SignInLink, User
from accounts.privacy.actions import erase_person, reopen_account
from accounts.privacy.leaving import closed_accounts
from accounts.sign_in.actions.links import CLOSED, ask_sign_in_link, use_sign_in_link
from cohorts.models import Invitation
from files.exports.own_copy import ask_for_own
from files.exports.writing import write_due
from files.models import Export
from notifications.actions import open_calendar
from programmes.actions import name_admin
from programmes.models import AuthorityAdmin
from tests.cohorts.pages import browser
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.invitations import InvitationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db
NAME, EMAIL = "Zénobie Quatrevaux", "zenobie@people.example"


@pytest.fixture
def row(cast: Cast) -> Invitation:
    return InvitationFactory(cohort=cast.cohort, person__full_name=NAME, person__email=EMAIL)


def test_a_sign_in_link_is_refused_by_the_page_a_stranger_gets_and_the_e_mail_names_the_invitation(row: Invitation):
    answers, emails = [], []
    for email in (EMAIL, "nobody@people.example"):
        mail.outbox.clear()
        answer = Client(headers={"Accept-Language": "en"}).post(reverse("ask_sign_in_link"), {"email": email})
        answers.append((answer.status_code, answer.headers["Location"]))
        emails.append(mail.outbox[0].body)
    assert (answers[0], SignInLink.objects.count()) == (answers[1], 0)
    assert ["an invitation" in text for text in emails] == [True, False]


def test_a_link_made_past_us_opens_nothing(row: Invitation):
    token = ask_sign_in_link(user=row.person, email=EMAIL, at=NOW)
    with pytest.raises(DomainError, match=str(CLOSED)):
        use_sign_in_link(token=token, at=NOW)


def test_a_session_made_past_us_is_nobody_s(row: Invitation):
    """As a passkey or a provider would leave it."""
    answer = browser(row.person).get(reverse("account"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/account/")


def test_naming_them_admin_asks_for_a_name_as_for_a_stranger(row: Invitation, cast: Cast):
    with pytest.raises(DomainError, match="Nobody has an account with this address"):
        name_admin(authority=cast.other.authority, email=EMAIL, today=TODAY, at=NOW, by=cast["S"])
    assert AuthorityAdmin.objects.filter(user=row.person).exists() is False


@pytest.mark.parametrize("words", ["Quatrevaux", EMAIL])
def test_no_search_finds_them(words: str, row: Invitation, cast: Cast):
    page = browser(cast["S"]).get(reverse("search"), {"q": words}).content.decode()
    assert NAME not in page


@pytest.mark.parametrize(
    "page",
    [
        "/privacy/leaving/",
        "/cohorts/rivage/",
        "/network/",
        "/",
    ],
)
@pytest.mark.parametrize("letter", "SP")
def test_no_list_has_them_but_the_one_of_invitations(page: str, letter: str, row: Invitation, cast: Cast):
    client = browser(cast[letter])
    assert NAME not in client.get(page).content.decode()
    assert NAME in client.get(reverse("cohorts:invitations", args=["rivage"])).content.decode()


@pytest.mark.parametrize(("letter", "shown"), [("S", True), ("P", True), ("M", False), ("A", False)])
def test_the_page_of_members_has_them_for_those_who_lead_the_cohort(
    letter: str, shown: bool, row: Invitation, cast: Cast
):
    page = browser(cast[letter]).get("/cohorts/rivage/members/").content.decode()
    assert (NAME in page) is shown


@pytest.mark.parametrize(
    ("route", "status"), [("act_as", 404), ("reopen", 404), ("object_history", 404), ("object_history_csv", 404)]
)
def test_the_lab_has_no_page_of_them(route: str, status: int, row: Invitation, cast: Cast):
    args = ["person", row.person_id] if "history" in route else [row.person_id]
    assert browser(cast["S"]).get(reverse(route, args=args)).status_code == status


def test_their_history_has_a_page_once_they_have_joined(row: Invitation, cast: Cast):
    page = browser(cast["S"]).get(reverse("object_history", args=["person", cast["P"].pk]))
    assert (page.status_code, cast["P"].full_name in page.content.decode()) == (200, True)


def test_nobody_opens_the_account_by_reopening_it(row: Invitation, cast: Cast):
    with pytest.raises(DomainError, match="This person has not joined yet"):
        reopen_account(user=row.person, by=cast["S"])
    assert (User.objects.get(pk=row.person_id).is_active, closed_accounts().count()) == (False, 0)


def test_no_feed_and_no_copy_is_written_for_them(row: Invitation):
    token = open_calendar(about="", object_id=0, at=NOW, by=row.person)
    assert Client().get(reverse("notifications:calendar", args=[token])).status_code == 404
    ask_for_own(user=row.person, language="en", at=NOW)
    assert (write_due(lambda: NOW), Export.objects.get().stored) == (0, "")


def test_they_are_erased_as_anybody_else(row: Invitation):
    """Asked for by letter, say: nothing but the number of the row is left."""
    erase_person(user=row.person, at=NOW, by=None)
    row.refresh_from_db()
    person = User.objects.get(pk=row.person_id)
    assert (person.full_name, person.email[:7], person.erased_at) == (f"Former member {person.pk}", "erased-", NOW)
    assert (row.email, row.full_name, row.reason) == ("", "", "erased")


def test_the_command_that_closes_accounts_leaves_them(row: Invitation):
    out = StringIO()
    call_command("close_account", EMAIL, stdout=out)
    person = User.objects.get(pk=row.person_id)
    assert (person.closed_at, person.erase_on, "closed already" in out.getvalue()) == (None, None, True)
