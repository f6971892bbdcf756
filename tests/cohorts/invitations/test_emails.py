"""What the ledger is told of invitations: for whom, why not any more, and how each is called."""

import pytest

from cohorts.cohort.actions import withdraw_cohort
from cohorts.invitations.actions.invitations import invite_admin, invite_member, resend_invitation
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.emails import INVITATION
from cohorts.models import Invitation
from notifications.models import Reminder
from notifications.registries import Asked, LetterPart, Scope, Size
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.invitations import A_DAY, AwaitedFactory, token

pytestmark = pytest.mark.django_db
ADA = {"email": "ada@people.example", "full_name": "Ada Essai", "role": "relay", "language": "en"}


@pytest.fixture
def row(cast) -> Invitation:
    return invite_member(cohort=cast.cohort, at=NOW, by=cast["P"], **ADA)


def first_of(row: Invitation) -> Reminder:
    return Reminder.objects.get(kind="invitation", object_id=row.pk, version=1, letter="invitation")


def test_it_is_for_the_one_person_invited(row):
    assert [found.user for found in INVITATION.recipients(first_of(row), NOW)] == [row.person]
    assert INVITATION.check(first_of(row), row.person, NOW).reason == ""
    assert INVITATION.check(first_of(row), UserFactory(), NOW).reason == "left"


def test_one_that_is_gone_is_for_nobody(row):
    reminder = first_of(row)
    reminder.object_id = 0
    assert (INVITATION.recipients(reminder, NOW), INVITATION.stops(reminder, NOW)) == ([], "removed")
    assert INVITATION.check(reminder, row.person, NOW).reason == "removed"


@pytest.mark.parametrize("end", ["revoked", "resent", "withdrawn", "expired"])
def test_it_says_why_nobody_gets_it_any_more(cast, row, end):
    at = NOW
    if end == "revoked":
        revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["P"])
    elif end == "resent":
        resend_invitation(invitation=row, at=NOW, by=cast["P"])
    elif end == "withdrawn":
        withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])
    else:
        at = row.expires_at
    assert (INVITATION.stops(first_of(row), at), INVITATION.recipients(first_of(row), at)) == (end, [])
    assert end == "expired" or end in INVITATION.reasons


def test_lists_name_person_and_place_and_count_one(row):
    assert INVITATION.names([row.pk]) == {row.pk: "Ada Essai · Rivage"}
    asked = Asked(row.pk, "invited", "invitation")
    assert INVITATION.sizes([asked], NOW) == {asked: Size(1, "")}
    assert INVITATION.sizes([asked], row.expires_at) == {asked: Size(1, "expired")}


def test_a_ladder_line_says_to_whom_and_what(row):
    lines = Reminder.objects.filter(object_id=row.pk, kind="invitation").order_by("due_at")
    assert [str(INVITATION.describe(line)) for line in lines] == [
        "The person invited: invitation to join",
        "The person invited: invitation still open",
        "The person invited: invitation still open",
    ]
    assert INVITATION.href(lines[0]) == f"/invitations/{row.pk}/see/"


def test_a_command_is_limited_to_cohort_edition_and_authority(cast, row):
    assert INVITATION.within(Scope(cohort="rivage")) == {row.pk}
    assert INVITATION.within(Scope(edition="transfo-2026")) == {row.pk}
    assert INVITATION.within(Scope(cohort="montagne")) == set()


def test_an_admin_to_be_reads_of_the_authority(cast):
    row = invite_admin(
        authority=cast.other.authority, email="eve@people.example", full_name="Eve", at=NOW, by=cast["S"]
    )
    part = INVITATION.render(first_of(row), INVITATION.find(first_of(row)), row.person, "en")
    assert part.subject == "You are invited: Ville de Montagne"
    assert part.text.startswith(
        "You are invited to be responsible for the figures of Ville de Montagne on this platform."
    )
    assert part.why.startswith("You get this e-mail because someone who can invite people to Ville de Montagne gave")


def test_the_secret_is_named_so_that_previews_leave_it_out(row):
    part = INVITATION.render(first_of(row), INVITATION.find(first_of(row)), row.person, "en")
    assert (part.secret, part.button) == (token(row), ("See the invitation", f"/invitations/{token(row)}/"))
    assert part.for_others().button == ("See the invitation", "/invitations/…/")
    assert part.for_others().secret == ""


def test_a_letter_without_a_secret_is_the_same_for_others():
    part = LetterPart("Subject", "Text", "Why", button=("See", "/sessions/1/"))
    assert part.for_others() is part


@pytest.mark.parametrize(
    ("active", "joined", "reached"), [(True, True, True), (False, True, False), (False, False, True)]
)
def test_it_reaches_open_accounts_and_those_to_be_opened(active, joined, reached):
    person = UserFactory(is_active=active) if joined else AwaitedFactory()
    assert INVITATION.reaches(person) is reached


def test_the_first_day_of_its_reminders_is_a_weekday(row):
    """2026-11-29, nine days before the last, is a Sunday: the letter leaves on the Friday before."""
    days = Reminder.objects.filter(object_id=row.pk, letter="invitation_open_still").values_list("due_on", flat=True)
    assert sorted(f"{day:%a %d}" for day in days) == ["Fri 04", "Fri 27"]
    assert row.last_day.isoformat() == (NOW + 14 * A_DAY).date().isoformat()
