"""Tests of invitations in the ledger of e-mails: recipients, reasons, descriptions."""

import pytest

from cohorts.cohort.actions import withdraw_cohort
from cohorts.invitations.actions.invitations import invite_admin, invite_member, resend_invitation
from cohorts.invitations.actions.revocation import announce_withdrawal, revoke_invitation
from cohorts.invitations.emails import INVITATION
from cohorts.models import Invitation
from notifications.models import Reminder
from notifications.registries import AudienceQuery, AudienceSize, CommandScope, EmailPart
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.invitations import A_DAY, AwaitedFactory, token
from web.errors import DomainError

pytestmark = pytest.mark.django_db
ADA = {"email": "ada@people.example", "full_name": "Ada Essai", "role": "relay", "language": "en"}


@pytest.fixture
def row(cast) -> Invitation:
    return invite_member(cohort=cast.cohort, at=NOW, by=cast["P"], **ADA)


def first_reminder(row: Invitation) -> Reminder:
    return Reminder.objects.get(kind="invitation", object_id=row.pk, version=1, email_type="invitation")


def test_the_recipient_is_the_invited_person(row):
    assert [recipient.user for recipient in INVITATION.recipients(first_reminder(row), NOW)] == [row.person]
    assert INVITATION.check(first_reminder(row), row.person, NOW).reason == ""
    assert INVITATION.check(first_reminder(row), UserFactory(), NOW).reason == "left"


def test_a_deleted_invitation_has_no_recipient(row):
    reminder = first_reminder(row)
    reminder.object_id = 0
    assert (INVITATION.recipients(reminder, NOW), INVITATION.stop_reason(reminder, NOW)) == ([], "removed")
    assert INVITATION.check(reminder, row.person, NOW).reason == "removed"


@pytest.mark.parametrize("end", ["revoked", "resent", "withdrawn", "expired"])
def test_the_ledger_shows_why_nobody_gets_the_email(cast, row, end):
    at = NOW
    if end == "revoked":
        revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["P"])
    elif end == "resent":
        resend_invitation(invitation=row, at=NOW, by=cast["P"])
    elif end == "withdrawn":
        withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])
    else:
        at = row.expires_at
    assert (INVITATION.stop_reason(first_reminder(row), at), INVITATION.recipients(first_reminder(row), at)) == (
        end,
        [],
    )
    assert end == "expired" or end in INVITATION.reasons


def test_the_correction_of_a_withdrawn_invitation_is_sent_once_unless_the_address_was_erased(cast, row):
    with pytest.raises(DomainError, match=r"This invitation is not withdrawn\."):
        announce_withdrawal(invitation=row, at=NOW, by=cast["P"])
    revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["P"])
    for _ in range(2):
        announce_withdrawal(invitation=row, at=NOW, by=cast["P"])
    reminder = Reminder.objects.get(object_id=row.pk, email_type="invitation_withdrawn")
    query = AudienceQuery(row.pk, "invited", "invitation_withdrawn")
    assert (INVITATION.stop_reason(reminder, NOW), INVITATION.sizes([query], NOW)) == ("", {query: AudienceSize(1, "")})
    assert str(INVITATION.describe(reminder)) == "The person invited: invitation withdrawn"
    Invitation.objects.filter(pk=row.pk).update(email="")
    assert (INVITATION.stop_reason(reminder, NOW), INVITATION.recipients(reminder, NOW)) == ("removed", [])


def test_lists_show_person_and_cohort_and_count_one_recipient(row):
    assert INVITATION.names([row.pk]) == {row.pk: "Ada Essai · Rivage"}
    query = AudienceQuery(row.pk, "invited", "invitation")
    assert INVITATION.sizes([query], NOW) == {query: AudienceSize(1, "")}
    assert INVITATION.sizes([query], row.expires_at) == {query: AudienceSize(1, "expired")}


def test_a_schedule_line_names_recipient_and_subject(row):
    lines = Reminder.objects.filter(object_id=row.pk, kind="invitation").order_by("due_at")
    assert [str(INVITATION.describe(line)) for line in lines] == [
        "The person invited: invitation to join",
        "The person invited: invitation still open",
        "The person invited: invitation still open",
    ]
    assert INVITATION.href(lines[0]) == f"/invitations/{row.pk}/see/"


def test_a_command_can_be_limited_to_cohort_edition_or_authority(cast, row):
    assert INVITATION.in_scope(CommandScope(cohort="rivage")) == {row.pk}
    assert INVITATION.in_scope(CommandScope(edition="transfo-2026")) == {row.pk}
    assert INVITATION.in_scope(CommandScope(cohort="montagne")) == set()


def test_the_email_of_a_future_admin_names_the_authority(cast):
    row = invite_admin(
        authority=cast.other_cohort.authority, email="eve@people.example", full_name="Eve", at=NOW, by=cast["S"]
    )
    part = INVITATION.render(first_reminder(row), INVITATION.find(first_reminder(row)), row.person, "en")
    assert part.subject == "You are invited: Ville de Montagne"
    assert part.text.startswith(
        "You are invited to be responsible for the figures of Ville de Montagne on this platform."
    )
    assert part.why.startswith(
        "You are receiving this e-mail because someone who can invite people to Ville de Montagne gave"
    )


def test_the_secret_is_marked_so_that_previews_hide_it(row):
    part = INVITATION.render(first_reminder(row), INVITATION.find(first_reminder(row)), row.person, "en")
    assert (part.secret, part.button) == (token(row), ("See the invitation", f"/invitations/{token(row)}/"))
    assert part.masked().button == ("See the invitation", "/invitations/…/")
    assert part.masked().secret == ""


def test_an_email_without_a_secret_is_previewed_unchanged():
    part = EmailPart("Subject", "Text", "Why", button=("See", "/sessions/1/"))
    assert part.masked() is part


@pytest.mark.parametrize(
    ("active", "joined", "reached"), [(True, True, True), (False, True, False), (False, False, True)]
)
def test_emails_reach_active_accounts_and_people_who_have_not_joined(active, joined, reached):
    person = UserFactory(is_active=active) if joined else AwaitedFactory()
    assert INVITATION.sends_to(person) is reached


def test_the_first_day_of_its_reminders_is_a_weekday(row):
    """2026-11-29, nine days before the last day, is a Sunday: the e-mail is sent on the Friday before."""
    days = Reminder.objects.filter(object_id=row.pk, email_type="invitation_open_still").values_list(
        "due_on", flat=True
    )
    assert sorted(f"{day:%a %d}" for day in days) == ["Fri 04", "Fri 27"]
    assert row.last_day.isoformat() == (NOW + 14 * A_DAY).date().isoformat()
