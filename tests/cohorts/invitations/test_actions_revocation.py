"""Tests of invitations that end without acceptance: withdrawn, or because the person got access in another way."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from cohorts.access_requests.actions import grant_access
from cohorts.invitations.actions.invitations import (
    accept_invitation,
    add_or_invite,
    invite_admin,
    invite_member,
    seats_left,
)
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.emails import INVITATION
from cohorts.models import Invitation, Membership
from cohorts.people.actions import add_member
from notifications.models import Delivery, Reminder
from notifications.registries import AudienceQuery, AudienceSize
from notifications.sending.cycle import send_round
from programmes.actions import name_admin
from programmes.models import AuthorityAdmin
from tests.cohorts.pages import browser, page_text
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AccessRequestFactory, CohortFactory
from tests.factories.invitations import A_DAY, InvitationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db
ACCESS_GIVEN_TEXT = "The person was given access in another way."


def invite(cast: Cast, **more: object) -> Invitation:
    """Invite a person who has an account, as the lab does when no provider has verified the address."""
    details = {"email": cast["X"].email, "full_name": "X", "role": "ambassador"} | more
    return invite_member(cohort=cast.cohort, at=NOW, by=cast["P"], **details)


def add(cast: Cast, **more: object) -> Membership | Invitation:
    details = {"email": cast["X"].email.upper(), "full_name": "X", "role": "ambassador", "starts_on": TODAY} | more
    return add_or_invite(cohort=cast.cohort, at=NOW + A_DAY, by=cast["S"], **details)


def ending_of(row: Invitation) -> tuple[str, bool]:
    row.refresh_from_db()
    return row.reason, row.revoked_at is not None


def test_a_second_withdrawal_changes_nothing(cast: Cast):
    row = revoke_invitation(invitation=invite(cast), reason="A slip", at=NOW, by=cast["P"])
    again = revoke_invitation(invitation=row, reason="Another", at=NOW + A_DAY, by=cast["S"])
    assert (again.reason, again.revoked_at) == ("A slip", NOW)


class TestAccessGivenOtherwise:
    def test_the_invitation_ends_with_its_reason(self, cast):
        row = invite(cast)
        add(cast)
        row.refresh_from_db()
        assert (row.accepted_at, row.revoked_at, row.reason, str(row.why)) == (
            None,
            NOW + A_DAY,
            "came_in",
            ACCESS_GIVEN_TEXT,
        )
        assert f"withdrawn on 25 Nov 2026: {ACCESS_GIVEN_TEXT}" in page_text(
            browser(cast["P"]).get(row.get_absolute_url())
        )

    def test_a_person_takes_one_seat(self, cast):
        cast.cohort.seats = 5
        cast.cohort.save()
        before = seats_left(cast.cohort, NOW)
        invite(cast)
        assert seats_left(cast.cohort, NOW) == before - 1
        add(cast)
        assert seats_left(cast.cohort, NOW) == before - 1

    def test_no_further_email_asks_for_an_answer(self, cast):
        row = invite(cast)
        add(cast)
        reminders = Reminder.objects.filter(kind="invitation", object_id=row.pk)
        assert [line.state for line in reminders] == ["cancelled"] * 3
        assert {line.reason for line in reminders} == {"came_in"}
        assert str(INVITATION.reasons["came_in"]) == "the person was given access in another way"
        send_round(lambda: row.expires_at - timedelta(hours=1), seconds=60)
        assert [email.subject for email in mail.outbox if "invit" in email.subject.lower()] == []

    def test_a_waiting_email_is_not_sent(self, cast):
        row = invite(cast)
        reminder = Reminder.objects.get(kind="invitation", object_id=row.pk, email_type="invitation")
        add(cast)
        assert (INVITATION.recipients(reminder, NOW), INVITATION.stop_reason(reminder, NOW)) == ([], "came_in")
        assert INVITATION.check(reminder, cast["X"], NOW).reason == "came_in"
        invited_admin = AudienceQuery(row.pk, "invited", "invitation")
        assert INVITATION.sizes([invited_admin], NOW) == {invited_admin: AudienceSize(1, "came_in")}
        assert Delivery.objects.filter(state="queued", user=cast["X"]).exists() is False

    def test_granting_an_access_request_ends_the_invitation(self, cast):
        row = invite(cast)
        access = AccessRequestFactory(email=cast["X"].email, vouched=True)
        grant_access(access=access, cohort=cast.cohort, role="ambassador", at=NOW, by=cast["S"])
        assert ending_of(row) == ("came_in", True)

    def test_adding_an_invited_person_as_member_ends_the_invitation(self, cast):
        row = invite(cast, email="ada@people.example", full_name="Ada Essai")
        details = {"email": "Ada@People.example", "full_name": "Ada", "role": "ambassador", "starts_on": TODAY}
        member = add_member(cohort=cast.cohort, at=NOW, by=cast["S"], **details)
        assert (member.user, *ending_of(row)) == (row.person, "came_in", True)

    def test_an_expired_invitation_ends_too_and_cannot_be_sent_again(self, cast):
        row = invite(cast)
        later = row.expires_at + A_DAY
        details = {"email": cast["X"].email, "full_name": "", "role": "ambassador", "starts_on": later.date()}
        add_member(cohort=cast.cohort, at=later, by=cast["P"], **details)
        assert ending_of(row) == ("came_in", True)

    def test_invitations_of_other_people_roles_and_cohorts_stay(self, cast):
        details = {"cohort": cast.cohort, "person": cast["X"], "email": cast["X"].email}
        rows = [
            InvitationFactory(cohort=cast.cohort),
            InvitationFactory(**details, role="relay"),
            InvitationFactory(**details | {"cohort": CohortFactory()}),
        ]
        add(cast)
        assert [ending_of(row) for row in rows] == [("", False)] * 3

    @pytest.mark.parametrize(("days", "over"), [(0, False), (1, False), (30, True), (31, True), (None, True)])
    def test_an_invitation_that_starts_after_the_membership_stays(self, cast, days, over):
        first = TODAY + 30 * A_DAY
        row = invite(cast, starts_on=first)
        add(cast, ends_on=TODAY + days * A_DAY if days is not None else None)
        assert ending_of(row) == (("came_in", True) if over else ("", False))

    @pytest.mark.parametrize(("last", "over"), [(-1, False), (0, True)])
    def test_an_invitation_that_starts_on_acceptance_stays_when_the_membership_has_ended(self, cast, last, over):
        row = invite(cast)
        tomorrow = TODAY + A_DAY  # the day on which it is recorded
        add(cast, starts_on=TODAY - 30 * A_DAY, ends_on=tomorrow + last * A_DAY)
        assert ending_of(row) == (("came_in", True) if over else ("", False))

    def test_the_accepted_invitation_stays_accepted(self, cast):
        row = invite(cast)
        accept_invitation(invitation=row, token_hash=row.token_hash, user=cast["X"], at=NOW, by=cast["X"])
        row.refresh_from_db()
        assert (row.accepted_at, row.revoked_at, row.reason) == (NOW, None, "")

    def test_a_refused_membership_leaves_the_invitation_open(self, cast):
        row = invite(cast)
        User.objects.filter(pk=row.person_id).update(is_active=False)
        with pytest.raises(DomainError):
            add(cast)
        assert ending_of(row) == ("", False)


class TestNamedAdmin:
    def invited_admin(self, cast: Cast) -> Invitation:
        details = {"email": cast["X"].email, "full_name": "X", "at": NOW, "by": cast["S"]}
        return invite_admin(authority=cast.other_cohort.authority, **details)

    def test_the_invitation_to_become_admin_ends(self, cast):
        row, elsewhere = self.invited_admin(cast), InvitationFactory(cohort=cast.other_cohort, person=cast["X"])
        details = {"today": TODAY, "at": NOW, "by": cast["S"]}
        name_admin(authority=cast.other_cohort.authority, email=cast["X"].email.upper(), **details)
        assert (ending_of(row), ending_of(elsewhere)) == (("came_in", True), ("", False))
        reminders = Reminder.objects.filter(kind="invitation", object_id=row.pk)
        assert [(line.state, line.reason) for line in reminders] == [("cancelled", "came_in")] * 3
        page = page_text(browser(cast["S"]).get(cast.other_cohort.authority.get_absolute_url()))
        assert "Invited, without an answer" not in page

    def test_an_invitation_to_another_authority_stays(self, cast):
        row = self.invited_admin(cast)
        name_admin(authority=cast.cohort.authority, email=cast["X"].email, today=TODAY, at=NOW, by=cast["S"])
        assert ending_of(row) == ("", False)

    def test_the_accepted_invitation_stays_accepted(self, cast):
        row = self.invited_admin(cast)
        accept_invitation(invitation=row, token_hash=row.token_hash, user=cast["X"], at=NOW, by=cast["X"])
        row.refresh_from_db()
        assert (row.accepted_at, row.revoked_at, AuthorityAdmin.objects.filter(user=cast["X"]).count()) == (
            NOW,
            None,
            1,
        )


@pytest.mark.django_db(transaction=True)
def test_accepting_and_being_added_at_once_makes_one_membership_without_deadlock():
    person, cohort = UserFactory(), CohortFactory()
    row = InvitationFactory(cohort=cohort, person=person)
    details = {"cohort": cohort, "email": person.email, "full_name": "", "role": "ambassador", "starts_on": TODAY}

    def accept() -> None:
        accept_invitation(invitation=row, token_hash=row.token_hash, user=person, at=NOW, by=person)

    def let_in() -> None:
        add_member(at=NOW, by=None, **details)

    answers = run_at_once(*[accept, let_in] * 4)
    row.refresh_from_db()
    assert "deadlock" not in answers
    assert (answers.count("done"), Membership.objects.filter(user=person).count()) == (1, 1)
    assert (row.accepted_at is None) is (row.reason == "came_in")


class TestHistory:
    def test_the_history_shows_the_reason_in_words(self, cast):
        row = invite(cast)
        add(cast)
        page = browser(cast["S"]).get(f"/history/invitation/{row.pk}/")
        assert (page.status_code, ACCESS_GIVEN_TEXT in page_text(page), "came_in" in page_text(page)) == (
            200,
            True,
            False,
        )

    def test_a_reason_written_by_a_person_is_shown_unchanged(self, cast):
        row = revoke_invitation(invitation=invite(cast), reason=" Wrong person ", at=NOW, by=cast["P"])
        assert (row.reason, row.why) == ("Wrong person", "Wrong person")
