"""Tests of what lists, e-mails, calendars and panels hide from other people and from past members."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from cohorts.calendars.feeds import feed_entries, feed_name
from cohorts.cohort.filters import CohortFilter
from cohorts.cohort.timelines import with_calendar
from cohorts.invitations.panels import authorities_without_admin, authority_invitations
from cohorts.models import Cohort, Invitation, Session, SessionDay
from cohorts.people.actions import add_member
from cohorts.permissions import roles_of, takes_part_in
from cohorts.sessions.emails.audiences import SESSION_AUDIENCES
from cohorts.sessions.filters import SessionFilter
from cohorts.sessions.panels import week_panel
from notifications.models import CalendarFeed
from tests.factories.accounts import request_by, signed_in
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.notifications import ReminderFactory
from tests.factories.programmes import AuthorityAdminFactory, EditionFactory
from tests.sql import force
from web.lists.columns import Reader

pytestmark = pytest.mark.django_db
YESTERDAY, SOON = TODAY - timedelta(days=1), date(2026, 12, 8)


@pytest.fixture
def old_admin(cast: Cast) -> User:
    return AuthorityAdminFactory(authority=cast.cohort.authority, until=YESTERDAY).user


class TestEndedMandates:
    def test_an_ended_mandate_gives_no_role(self, cast: Cast, old_admin: User):
        assert [roles_of(user, cast.cohort, TODAY) for user in (old_admin, cast["A"])] == [frozenset(), frozenset("A")]

    def test_an_ended_mandate_gives_no_part_in_the_edition(self, cast: Cast, old_admin: User):
        assert [takes_part_in(user, cast.edition, TODAY) for user in (old_admin, cast["A"])] == [False, True]

    def test_memberships_of_other_people_give_no_role(self, cast: Cast):
        assert [takes_part_in(cast[role], cast.edition, TODAY) for role in "MXN"] == [True, False, True]
        assert roles_of(cast["X"], cast.cohort, TODAY) == frozenset()


class TestEmails:
    def recipients(self, session: Session, audience: str, email_type: str) -> set[str]:
        reminder = ReminderFactory(
            kind="stakeholder_session",
            object_id=session.pk,
            version=session.version,
            audience=audience,
            email_type=email_type,
        )
        return {row.user.full_name for row in SESSION_AUDIENCES.recipients(reminder, NOW)}

    @pytest.fixture
    def session(self, cast: Cast) -> Session:
        """A scheduled session with a member on the list, and one whose membership has ended since then."""
        session: Session = SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON)
        day = session.days.get()
        gone = MembershipFactory(cohort=cast.cohort, user__full_name="Membre Autrefois")
        for member in (cast["M"].memberships.get(), gone):
            AttendanceFactory(day=day, member=member, status="expected", half_days=0, recorded_on=TODAY)
        force(gone, ends_on=YESTERDAY)
        return session

    @pytest.mark.parametrize(
        ("audience", "email_type"),
        [
            ("expected", "stakeholder_details"),
            ("not_yet_invited", "stakeholder_invitation"),
            ("unanswered", "stakeholder_answer_awaited"),
            ("informed", "stakeholder_details"),
        ],
    )
    def test_past_members_get_no_email(self, cast: Cast, session: Session, audience: str, email_type: str):
        assert self.recipients(session, audience, email_type) == {"Ambassador Rivage"}

    def test_only_leads_with_an_active_account_get_the_email(self, cast: Cast, session: Session):
        User.objects.filter(pk=cast["P"].pk).update(is_active=False)
        assert self.recipients(session, "facilitator", "stakeholder_details") == {"Coordinator Rivage"}
        User.objects.filter(pk=cast["C"].pk).update(is_active=False)
        assert self.recipients(session, "facilitator", "stakeholder_details") == {"Staff Lab"}


class TestCalendars:
    def feed(self, user: User, cohort: Cohort) -> CalendarFeed:
        return CalendarFeed(user=user, about="cohort", object_id=cohort.pk)

    def test_a_feed_of_an_invisible_cohort_is_empty(self, cast: Cast):
        SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON)
        feeds = {
            role: (feed_name(feed), len(list(feed_entries(feed))))
            for role in "MNX"
            if (feed := self.feed(cast[role], cast.cohort))
        }
        assert feeds == {"M": ("Rivage", 1), "N": ("", 0), "X": ("", 0)}

    def test_a_personal_feed_has_the_days_of_the_own_cohort_during_the_membership(self, cast: Cast):
        mine = SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON).days.get()
        SessionFactory(cohort=cast.other_cohort, state="scheduled", date=SOON)
        gone = MembershipFactory(cohort=cast.cohort, ends_on=YESTERDAY).user
        days = SessionDay.objects
        assert [list(days.concerning(user)) for user in (cast["M"], gone, cast["X"])] == [[mine], [], []]

    def test_attendance_of_other_people_does_not_change_the_personal_feed(self, cast: Cast):
        day = SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON).days.get()
        for role, status in (("P", "excused"), ("C", "expected")):
            member = cast[role].memberships.get()
            AttendanceFactory(day=day, member=member, status=status, half_days=0, recorded_on=TODAY)
        days = SessionDay.objects
        assert [list(days.concerning(cast[role])) for role in "MPX"] == [[day], [], []]

    def test_timelines_have_only_visible_sessions(self, cast: Cast):
        SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON)
        rows = {role: with_calendar(Cohort.objects.filter(pk=cast.cohort.pk), cast[role]).get() for role in "MX"}
        assert {role: len(row.nested_sessions) for role, row in rows.items()} == {"M": 1, "X": 0}  # type: ignore[attr-defined]


class TestChoices:
    def test_a_draft_edition_is_offered_to_the_lab_only(self, cast: Cast):
        draft = EditionFactory(name="Esquisse", state="draft")
        EditionFactory(name="Ébauche")
        data = {"edition": str(draft.pk)}
        is_offered = {
            role: not CohortFilter(data, Cohort.objects.all(), reader=Reader(cast[role], TODAY)).form.ignored
            for role in "SM"
        }
        assert is_offered == {"S": True, "M": False}

    def test_the_filter_for_missing_things_is_offered_to_leads(self, cast: Cast):
        is_offered = {
            role: "missing" in CohortFilter({}, Cohort.objects.all(), reader=Reader(cast[role], TODAY)).filters
            for role in "SCPM"
        }
        assert is_offered == {"S": True, "C": True, "P": True, "M": False}

    def test_the_session_filter_offers_only_visible_cohorts(self, cast: Cast):
        CohortFactory(name="Ailleurs")
        MembershipFactory(cohort=CohortFactory(name="Plaine"), user=cast["M"])
        fields = SessionFilter({}, Session.objects.all(), reader=Reader(cast["M"], TODAY)).form.fields
        assert [name for _pk, name in fields["cohort"].choices] == ["Plaine", "Rivage"]


class TestInvitations:
    def test_only_the_lab_sees_invitations_of_admins(self, cast: Cast):
        InvitationFactory(cohort=None, authority=cast.cohort.authority, role="admin")
        has_panel = {
            role: authority_invitations(request_by(cast[role]), cast.cohort.authority) is not None for role in "SAP"
        }
        assert has_panel == {"S": True, "A": False, "P": False}

    def test_only_the_lab_sees_authorities_without_an_admin(self, cast: Cast):
        has_notes = {role: bool(authorities_without_admin(request_by(cast[role]))) for role in "SPA"}
        assert has_notes == {"S": True, "P": False, "A": False}

    def test_signed_out_visitors_see_no_invitations(self, cast: Cast):
        InvitationFactory(cohort=cast.cohort)
        nobody: Any = AnonymousUser()
        for queryset in (Invitation.objects.visible_to, Invitation.objects.manageable_by):
            counts = [queryset(user, TODAY).count() for user in (nobody, cast["X"], cast["N"], cast["C"], cast["S"])]
            assert counts == [0, 0, 0, 1, 1]

    def test_the_home_page_shows_invitations_to_people_who_may_manage_them(self, cast: Cast):
        InvitationFactory(cohort=cast.cohort, role="coordinator", expires_at=NOW + timedelta(days=1))
        has_note = {role: "invitation ends soon" in signed_in(cast[role]).get("/").content.decode() for role in "SPM"}
        assert has_note == {"S": True, "P": False, "M": False}


class TestPages:
    @pytest.mark.parametrize("page", ["", "members/", "stakeholders/", "sessions/", "invitations/"])
    def test_pages_of_an_invisible_cohort_are_a_404(self, cast: Cast, page: str):
        assert signed_in(cast["N"]).get(f"/cohorts/rivage/{page}").status_code == 404

    def test_the_list_of_invitations_is_for_leads_only(self, cast: Cast):
        statuses = {role: signed_in(cast[role]).get("/cohorts/rivage/invitations/").status_code for role in "SCPMA"}
        assert statuses == {"S": 200, "C": 200, "P": 200, "M": 403, "A": 403}


def test_a_new_resident_is_expected_when_another_resident_is_in_another_cohort(cast: Cast):
    day = SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON).days.get()
    busy = MembershipFactory(cohort=cast.other_cohort, role="resident", discipline="design")
    elsewhere = SessionFactory(cohort=cast.other_cohort, state="scheduled", date=SOON).days.get()
    AttendanceFactory(day=elsewhere, member=busy, status="expected", half_days=0, recorded_on=TODAY)
    arguments = {"cohort": cast.cohort, "role": "resident", "starts_on": TODAY, "at": NOW, "by": cast["S"]}
    for user, expected in ((cast["X"], True), (busy.user, False)):
        member = add_member(email=user.email, full_name="", discipline="design", **arguments)
        assert day.attendances.filter(member=member).exists() is expected


def test_the_week_card_has_only_visible_sessions(cast: Cast):
    for cohort in (cast.cohort, cast.other_cohort):
        SessionFactory(cohort=cohort, state="scheduled", date=TODAY + timedelta(days=2))
    weeks = {role: week_panel(request_by(cast[role])) for role in "SMN"}
    assert {role: len(week["entries"]) for role, week in weeks.items() if week} == {"S": 2, "M": 1, "N": 1}
