"""Invited people who have not joined can use no sign-in and appear on no list but that of invitations."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import SignInLink, User
from accounts.privacy.actions import erase_person, reopen_account
from accounts.privacy.unassigned_work import closed_accounts
from accounts.sign_in.actions.links import CLOSED, request_sign_in_link, use_sign_in_link
from cohorts.models import Invitation
from files.exports.own_copy import request_own_copy
from files.exports.writing import write_due_exports
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


def test_sign_in_link_request_shows_the_strangers_page_and_emails_the_invitation(row: Invitation):
    answers, emails = [], []
    for email in (EMAIL, "nobody@people.example"):
        mail.outbox.clear()
        answer = Client(headers={"Accept-Language": "en"}).post(reverse("request_sign_in_link"), {"email": email})
        answers.append((answer.status_code, answer.headers["Location"]))
        emails.append(mail.outbox[0].body)
    assert (answers[0], SignInLink.objects.count()) == (answers[1], 0)
    assert ["an invitation" in text for text in emails] == [True, False]


def test_forged_sign_in_link_is_refused(row: Invitation):
    token = request_sign_in_link(user=row.person, email=EMAIL, at=NOW)
    with pytest.raises(DomainError, match=str(CLOSED)):
        use_sign_in_link(token=token, at=NOW)


def test_forged_session_is_anonymous(row: Invitation):
    """The session is made as a passkey or provider would make it."""
    answer = browser(row.person).get(reverse("account"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/account/")


def test_naming_an_invited_person_admin_asks_for_a_name(row: Invitation, cast: Cast):
    with pytest.raises(DomainError, match="Nobody has an account with this address"):
        name_admin(authority=cast.other_cohort.authority, email=EMAIL, today=TODAY, at=NOW, by=cast["S"])
    assert AuthorityAdmin.objects.filter(user=row.person).exists() is False


@pytest.mark.parametrize("words", ["Quatrevaux", EMAIL])
def test_search_does_not_find_invited_people(words: str, row: Invitation, cast: Cast):
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
@pytest.mark.parametrize("role", "SP")
def test_only_the_list_of_invitations_shows_invited_people(page: str, role: str, row: Invitation, cast: Cast):
    client = browser(cast[role])
    assert NAME not in client.get(page).content.decode()
    assert NAME in client.get(reverse("cohorts:invitations", args=["rivage"])).content.decode()


@pytest.mark.parametrize(("role", "is_visible"), [("S", True), ("P", True), ("M", False), ("A", False)])
def test_leads_see_invited_people_on_the_page_of_members(role: str, is_visible: bool, row: Invitation, cast: Cast):
    page = browser(cast[role]).get("/cohorts/rivage/members/").content.decode()
    assert (NAME in page) is is_visible


@pytest.mark.parametrize(
    ("route", "status"), [("act_as", 404), ("reopen", 404), ("object_history", 404), ("object_history_csv", 404)]
)
def test_lab_has_no_page_about_an_invited_person(route: str, status: int, row: Invitation, cast: Cast):
    args = ["person", row.person_id] if "history" in route else [row.person_id]
    assert browser(cast["S"]).get(reverse(route, args=args)).status_code == status


def test_history_page_exists_once_the_person_has_joined(row: Invitation, cast: Cast):
    page = browser(cast["S"]).get(reverse("object_history", args=["person", cast["P"].pk]))
    assert (page.status_code, cast["P"].full_name in page.content.decode()) == (200, True)


def test_account_of_an_invited_person_cannot_be_reopened(row: Invitation, cast: Cast):
    with pytest.raises(DomainError, match="This person has not joined yet"):
        reopen_account(user=row.person, by=cast["S"])
    assert (User.objects.get(pk=row.person_id).is_active, closed_accounts().count()) == (False, 0)


def test_invited_people_have_no_feed_and_no_copy_of_data(row: Invitation):
    token = open_calendar(about="", object_id=0, at=NOW, by=row.person)
    assert Client().get(reverse("notifications:calendar_feed", args=[token])).status_code == 404
    request_own_copy(user=row.person, language="en", at=NOW)
    assert (write_due_exports(lambda: NOW), Export.objects.get().stored) == (0, "")


def test_invited_people_are_erased_like_others(row: Invitation):
    """After erasure nothing is left but the number of the row."""
    erase_person(user=row.person, at=NOW, by=None)
    row.refresh_from_db()
    person = User.objects.get(pk=row.person_id)
    assert (person.full_name, person.email[:7], person.erased_at) == (f"Former member {person.pk}", "erased-", NOW)
    assert (row.email, row.full_name, row.reason) == ("", "", "erased")


def test_closing_unused_accounts_skips_invited_people(row: Invitation):
    out = StringIO()
    call_command("close_account", EMAIL, stdout=out)
    person = User.objects.get(pk=row.person_id)
    assert (person.closed_at, person.erase_on, "closed already" in out.getvalue()) == (None, None, True)
