"""Invitations that end without being accepted: whoever has what they were invited to is awaited no more."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from cohorts.access_requests.actions import grant_access
from cohorts.invitations.actions.invitations import accept_invitation, bring_in, invite_admin, invite_member, seats_left
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.emails import INVITATION
from cohorts.models import Invitation, Membership
from cohorts.people.actions import add_member
from notifications.models import Delivery, Reminder
from notifications.registries import Asked, Size
from notifications.sending.cycle import send_round
from programmes.actions import name_admin
from programmes.models import AuthorityAdmin
from tests.at_once import at_once
from tests.cohorts.pages import browser, main
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AccessRequestFactory, CohortFactory
from tests.factories.invitations import A_DAY, InvitationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db
SAID = "The person was given access in another way."


def invited(cast: Cast, **more: object) -> Invitation:
    """Who has an account elsewhere, as the lab invites whose address nobody vouches for."""
    given = {"email": cast["X"].email, "full_name": "X", "role": "ambassador"} | more
    return invite_member(cohort=cast.cohort, at=NOW, by=cast["P"], **given)


def added(cast: Cast, **more: object) -> Membership | Invitation:
    given = {"email": cast["X"].email.upper(), "full_name": "X", "role": "ambassador", "starts_on": TODAY} | more
    return bring_in(cohort=cast.cohort, at=NOW + A_DAY, by=cast["S"], **given)


def left(row: Invitation) -> tuple[str, bool]:
    row.refresh_from_db()
    return row.reason, row.revoked_at is not None


def test_taken_back_twice_it_stays_as_it_was_the_first_time(cast: Cast):
    row = revoke_invitation(invitation=invited(cast), reason="A slip", at=NOW, by=cast["P"])
    again = revoke_invitation(invitation=row, reason="Another", at=NOW + A_DAY, by=cast["S"])
    assert (again.reason, again.revoked_at) == ("A slip", NOW)


class TestLetInByAnotherDoor:
    def test_the_invitation_is_over_and_says_why(self, cast):
        row = invited(cast)
        added(cast)
        row.refresh_from_db()
        assert (row.accepted_at, row.revoked_at, row.reason, str(row.why)) == (None, NOW + A_DAY, "came_in", SAID)
        assert f"withdrawn on 25 Nov 2026: {SAID}" in main(browser(cast["P"]).get(row.get_absolute_url()))

    def test_one_person_takes_one_seat(self, cast):
        cast.cohort.seats = 5
        cast.cohort.save()
        before = seats_left(cast.cohort, NOW)
        invited(cast)
        assert seats_left(cast.cohort, NOW) == before - 1
        added(cast)
        assert seats_left(cast.cohort, NOW) == before - 1

    def test_no_letter_asks_them_any_more(self, cast):
        row = invited(cast)
        added(cast)
        told = Reminder.objects.filter(kind="invitation", object_id=row.pk)
        assert [line.state for line in told] == ["cancelled"] * 3
        assert {line.reason for line in told} == {"came_in"}
        assert str(INVITATION.reasons["came_in"]) == "the person was given access in another way"
        send_round(lambda: row.expires_at - timedelta(hours=1), seconds=60)
        assert [letter.subject for letter in mail.outbox if "invit" in letter.subject.lower()] == []

    def test_a_letter_that_waits_to_be_sent_does_not_leave(self, cast):
        row = invited(cast)
        reminder = Reminder.objects.get(kind="invitation", object_id=row.pk, letter="invitation")
        added(cast)
        assert (INVITATION.recipients(reminder, NOW), INVITATION.stops(reminder, NOW)) == ([], "came_in")
        assert INVITATION.check(reminder, cast["X"], NOW).reason == "came_in"
        asked = Asked(row.pk, "invited", "invitation")
        assert INVITATION.sizes([asked], NOW) == {asked: Size(1, "came_in")}
        assert Delivery.objects.filter(state="queued", user=cast["X"]).exists() is False

    def test_so_is_it_for_whom_the_lab_lets_in_who_asked(self, cast):
        row = invited(cast)
        access = AccessRequestFactory(email=cast["X"].email, vouched=True)
        grant_access(access=access, cohort=cast.cohort, role="ambassador", at=NOW, by=cast["S"])
        assert left(row) == ("came_in", True)

    def test_so_is_it_for_who_was_awaited_and_is_brought_in_without_asking(self, cast):
        row = invited(cast, email="ada@people.example", full_name="Ada Essai")
        given = {"email": "Ada@People.example", "full_name": "Ada", "role": "ambassador", "starts_on": TODAY}
        member = add_member(cohort=cast.cohort, at=NOW, by=cast["S"], **given)
        assert (member.user, *left(row)) == (row.person, "came_in", True)

    def test_one_that_had_ended_is_over_too_so_that_nobody_sends_it_again(self, cast):
        row = invited(cast)
        later = row.expires_at + A_DAY
        given = {"email": cast["X"].email, "full_name": "", "role": "ambassador", "starts_on": later.date()}
        add_member(cohort=cast.cohort, at=later, by=cast["P"], **given)
        assert left(row) == ("came_in", True)

    def test_another_s_another_role_s_and_another_cohort_s_stay(self, cast):
        given = {"cohort": cast.cohort, "person": cast["X"], "email": cast["X"].email}
        rows = [
            InvitationFactory(cohort=cast.cohort),
            InvitationFactory(**given, role="relay"),
            InvitationFactory(**given | {"cohort": CohortFactory()}),
        ]
        added(cast)
        assert [left(row) for row in rows] == [("", False)] * 3

    @pytest.mark.parametrize(("days", "over"), [(0, False), (1, False), (30, True), (31, True), (None, True)])
    def test_one_that_begins_after_what_they_have_stays(self, cast, days, over):
        first = TODAY + 30 * A_DAY
        row = invited(cast, starts_on=first)
        added(cast, ends_on=TODAY + days * A_DAY if days is not None else None)
        assert left(row) == (("came_in", True) if over else ("", False))

    @pytest.mark.parametrize(("last", "over"), [(-1, False), (0, True)])
    def test_one_that_begins_with_the_answer_stays_where_they_have_left_by_then(self, cast, last, over):
        row = invited(cast)
        tomorrow = TODAY + A_DAY  # when it is written down
        added(cast, starts_on=TODAY - 30 * A_DAY, ends_on=tomorrow + last * A_DAY)
        assert left(row) == (("came_in", True) if over else ("", False))

    def test_who_accepts_has_accepted(self, cast):
        row = invited(cast)
        accept_invitation(invitation=row, token_hash=row.token_hash, user=cast["X"], at=NOW, by=cast["X"])
        row.refresh_from_db()
        assert (row.accepted_at, row.revoked_at, row.reason) == (NOW, None, "")

    def test_who_is_refused_stays_invited(self, cast):
        row = invited(cast)
        User.objects.filter(pk=row.person_id).update(is_active=False)
        with pytest.raises(DomainError):
            added(cast)
        assert left(row) == ("", False)


class TestNamedAdmin:
    def asked(self, cast: Cast) -> Invitation:
        given = {"email": cast["X"].email, "full_name": "X", "at": NOW, "by": cast["S"]}
        return invite_admin(authority=cast.other.authority, **given)

    def test_the_invitation_to_become_one_is_over(self, cast):
        row, elsewhere = self.asked(cast), InvitationFactory(cohort=cast.other, person=cast["X"])
        given = {"today": TODAY, "at": NOW, "by": cast["S"]}
        name_admin(authority=cast.other.authority, email=cast["X"].email.upper(), **given)
        assert (left(row), left(elsewhere)) == (("came_in", True), ("", False))
        told = Reminder.objects.filter(kind="invitation", object_id=row.pk)
        assert [(line.state, line.reason) for line in told] == [("cancelled", "came_in")] * 3
        page = main(browser(cast["S"]).get(cast.other.authority.get_absolute_url()))
        assert "Invited, without an answer" not in page

    def test_that_to_another_authority_stays(self, cast):
        row = self.asked(cast)
        name_admin(authority=cast.cohort.authority, email=cast["X"].email, today=TODAY, at=NOW, by=cast["S"])
        assert left(row) == ("", False)

    def test_who_accepts_has_accepted(self, cast):
        row = self.asked(cast)
        accept_invitation(invitation=row, token_hash=row.token_hash, user=cast["X"], at=NOW, by=cast["X"])
        row.refresh_from_db()
        assert (row.accepted_at, row.revoked_at, AuthorityAdmin.objects.filter(user=cast["X"]).count()) == (
            NOW,
            None,
            1,
        )


@pytest.mark.django_db(transaction=True)
def test_accepted_and_let_in_at_once_they_are_in_once_and_nobody_waits_for_ever():
    person, cohort = UserFactory(), CohortFactory()
    row = InvitationFactory(cohort=cohort, person=person)
    given = {"cohort": cohort, "email": person.email, "full_name": "", "role": "ambassador", "starts_on": TODAY}

    def accept() -> None:
        accept_invitation(invitation=row, token_hash=row.token_hash, user=person, at=NOW, by=person)

    def let_in() -> None:
        add_member(at=NOW, by=None, **given)

    answers = at_once(*[accept, let_in] * 4)
    row.refresh_from_db()
    assert "deadlock" not in answers
    assert (answers.count("done"), Membership.objects.filter(user=person).count()) == (1, 1)
    assert (row.accepted_at is None) is (row.reason == "came_in")


class TestHistory:
    def test_it_says_in_words_why(self, cast):
        row = invited(cast)
        added(cast)
        page = browser(cast["S"]).get(f"/history/invitation/{row.pk}/")
        assert (page.status_code, SAID in main(page), "came_in" in main(page)) == (200, True, False)

    def test_what_a_person_wrote_stays_as_it_is(self, cast):
        row = revoke_invitation(invitation=invited(cast), reason=" Wrong person ", at=NOW, by=cast["P"])
        assert (row.reason, row.why) == ("Wrong person", "Wrong person")
