"""What lists, letters, calendars and panels of cohorts leave out: for others, and for whoever is there no more."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from cohorts.calendars.feeds import cohort_name, entries
from cohorts.cohort.filters import CohortFilter
from cohorts.cohort.timelines import with_calendar
from cohorts.invitations.panels import authorities_without_admin, authority_invitations
from cohorts.models import Cohort, Invitation, Session, SessionDay
from cohorts.people.actions import add_member
from cohorts.permissions import has_part, standing
from cohorts.sessions.emails.audiences import SESSIONS
from cohorts.sessions.filters import SessionFilter
from cohorts.sessions.panels import this_week
from notifications.models import CalendarFeed
from tests.factories.accounts import asked_by, signed_in
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.notifications import ReminderFactory
from tests.factories.programmes import AuthorityAdminFactory, EditionFactory
from tests.sql import force

pytestmark = pytest.mark.django_db
YESTERDAY, SOON = TODAY - timedelta(days=1), date(2026, 12, 8)


@pytest.fixture
def old_admin(cast: Cast) -> User:
    return AuthorityAdminFactory(authority=cast.cohort.authority, until=YESTERDAY).user


class TestMandatesThatAreOver:
    def test_give_no_standing(self, cast: Cast, old_admin: User):
        assert [standing(user, cast.cohort, TODAY) for user in (old_admin, cast["A"])] == [frozenset(), frozenset("A")]

    def test_give_no_part_in_the_edition(self, cast: Cast, old_admin: User):
        assert [has_part(user, cast.edition, TODAY) for user in (old_admin, cast["A"])] == [False, True]

    def test_and_memberships_of_others_give_none_either(self, cast: Cast):
        assert [has_part(cast[letter], cast.edition, TODAY) for letter in "MXN"] == [True, False, True]
        assert standing(cast["X"], cast.cohort, TODAY) == frozenset()


class TestLetters:
    def concerned(self, session: Session, audience: str, letter: str) -> set[str]:
        reminder = ReminderFactory(
            kind="stakeholder_session", object_id=session.pk, version=session.version, audience=audience, letter=letter
        )
        return {row.user.full_name for row in SESSIONS.recipients(reminder, NOW)}

    @pytest.fixture
    def session(self, cast: Cast) -> Session:
        """Scheduled, with a member on the list, and one whose membership has ended since."""
        session: Session = SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON)
        day = session.days.get()
        gone = MembershipFactory(cohort=cast.cohort, user__full_name="Membre Autrefois")
        for member in (cast["M"].memberships.get(), gone):
            AttendanceFactory(day=day, member=member, status="expected", half_days=0, recorded_on=TODAY)
        force(gone, ends_on=YESTERDAY)
        return session

    @pytest.mark.parametrize(
        ("audience", "letter"),
        [
            ("expected", "stakeholder_details"),
            ("not_yet_invited", "stakeholder_invitation"),
            ("unanswered", "stakeholder_answer_awaited"),
            ("told", "stakeholder_details"),
        ],
    )
    def test_whoever_has_left_gets_none(self, cast: Cast, session: Session, audience: str, letter: str):
        assert self.concerned(session, audience, letter) == {"Ambassador Rivage"}

    def test_those_who_lead_are_those_with_an_open_account(self, cast: Cast, session: Session):
        User.objects.filter(pk=cast["P"].pk).update(is_active=False)
        assert self.concerned(session, "facilitator", "stakeholder_details") == {"Coordinator Rivage"}
        User.objects.filter(pk=cast["C"].pk).update(is_active=False)
        assert self.concerned(session, "facilitator", "stakeholder_details") == {"Staff Lab"}


class TestCalendars:
    def feed(self, user: User, cohort: Cohort) -> CalendarFeed:
        return CalendarFeed(user=user, about="cohort", object_id=cohort.pk)

    def test_of_a_cohort_beyond_ones_reach_it_says_nothing(self, cast: Cast):
        SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON)
        found = {
            letter: (cohort_name(feed), len(list(entries(feed))))
            for letter in "MNX"
            if (feed := self.feed(cast[letter], cast.cohort))
        }
        assert found == {"M": ("Rivage", 1), "N": ("", 0), "X": ("", 0)}

    def test_ones_own_has_the_days_of_ones_own_cohort_while_one_is_there(self, cast: Cast):
        mine = SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON).days.get()
        SessionFactory(cohort=cast.other, state="scheduled", date=SOON)
        gone = MembershipFactory(cohort=cast.cohort, ends_on=YESTERDAY).user
        days = SessionDay.objects
        assert [list(days.concerning(user)) for user in (cast["M"], gone, cast["X"])] == [[mine], [], []]

    def test_of_a_day_others_are_excused_from_or_listed_for_nothing_follows_for_oneself(self, cast: Cast):
        day = SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON).days.get()
        for letter, status in (("P", "excused"), ("C", "expected")):
            member = cast[letter].memberships.get()
            AttendanceFactory(day=day, member=member, status=status, half_days=0, recorded_on=TODAY)
        days = SessionDay.objects
        assert [list(days.concerning(cast[letter])) for letter in "MPX"] == [[day], [], []]

    def test_lines_of_time_have_the_sessions_one_may_see(self, cast: Cast):
        SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON)
        rows = {letter: with_calendar(Cohort.objects.filter(pk=cast.cohort.pk), cast[letter]).get() for letter in "MX"}
        assert {letter: len(row.nested_sessions) for letter, row in rows.items()} == {"M": 1, "X": 0}  # type: ignore[attr-defined]


class TestChoices:
    def test_an_edition_that_is_drafted_is_offered_to_the_lab_only(self, cast: Cast):
        drafted = EditionFactory(name="Esquisse", state="draft")
        offered = {
            letter: drafted
            in CohortFilter({}, Cohort.objects.all(), request=asked_by(cast[letter])).form.fields["edition"].queryset  # type: ignore[attr-defined]
            for letter in "SM"
        }
        assert offered == {"S": True, "M": False}

    def test_what_is_missing_is_asked_by_whoever_answers_for_cohorts(self, cast: Cast):
        there = {
            letter: "missing" in CohortFilter({}, Cohort.objects.all(), request=asked_by(cast[letter])).filters
            for letter in "SCPM"
        }
        assert there == {"S": True, "C": True, "P": True, "M": False}

    def test_sessions_are_narrowed_to_cohorts_one_may_open(self, cast: Cast):
        CohortFactory(name="Ailleurs")
        found = SessionFilter({}, queryset=Session.objects.all(), user=cast["M"], today=TODAY)
        assert [name for _pk, name in found.filters["cohort"].extra["choices"]] == ["Rivage"]


class TestInvitations:
    def test_who_is_invited_to_answer_for_an_authority_is_the_labs_to_read(self, cast: Cast):
        InvitationFactory(cohort=None, authority=cast.cohort.authority, role="admin")
        shown = {
            letter: authority_invitations(asked_by(cast[letter]), cast.cohort.authority) is not None for letter in "SAP"
        }
        assert shown == {"S": True, "A": False, "P": False}

    def test_so_is_which_authority_has_no_admin(self, cast: Cast):
        said = {letter: bool(authorities_without_admin(asked_by(cast[letter]))) for letter in "SPA"}
        assert said == {"S": True, "P": False, "A": False}

    def test_signed_out_there_is_none(self, cast: Cast):
        InvitationFactory(cohort=cast.cohort)
        nobody: Any = AnonymousUser()
        for found in (Invitation.objects.visible_to, Invitation.objects.to_settle_by):
            counted = [found(user, TODAY).count() for user in (nobody, cast["X"], cast["N"], cast["C"], cast["S"])]
            assert counted == [0, 0, 0, 1, 1]

    def test_the_home_page_speaks_of_them_to_whoever_may_settle_them(self, cast: Cast):
        InvitationFactory(cohort=cast.cohort, role="coordinator", expires_at=NOW + timedelta(days=1))
        shown = {
            letter: "invitation ends soon" in signed_in(cast[letter]).get("/").content.decode() for letter in "SPM"
        }
        assert shown == {"S": True, "P": False, "M": False}


class TestPages:
    @pytest.mark.parametrize("page", ["", "members/", "stakeholders/", "sessions/", "invitations/"])
    def test_of_a_cohort_beyond_ones_reach_there_are_none(self, cast: Cast, page: str):
        assert signed_in(cast["N"]).get(f"/cohorts/rivage/{page}").status_code == 404

    def test_who_is_invited_is_for_those_who_lead(self, cast: Cast):
        asked = {letter: signed_in(cast[letter]).get("/cohorts/rivage/invitations/").status_code for letter in "SCPMA"}
        assert asked == {"S": 200, "C": 200, "P": 200, "M": 403, "A": 403}


def test_a_newcomer_is_expected_although_another_resident_is_elsewhere_that_day(cast: Cast):
    day = SessionFactory(cohort=cast.cohort, state="scheduled", date=SOON).days.get()
    busy = MembershipFactory(cohort=cast.other, role="resident", discipline="design")
    elsewhere = SessionFactory(cohort=cast.other, state="scheduled", date=SOON).days.get()
    AttendanceFactory(day=elsewhere, member=busy, status="expected", half_days=0, recorded_on=TODAY)
    told = {"cohort": cast.cohort, "role": "resident", "starts_on": TODAY, "at": NOW, "by": cast["S"]}
    for user, expected in ((cast["X"], True), (busy.user, False)):
        member = add_member(email=user.email, full_name="", discipline="design", **told)
        assert day.attendances.filter(member=member).exists() is expected


def test_the_week_on_the_home_page_has_the_sessions_one_may_see(cast: Cast):
    for cohort in (cast.cohort, cast.other):
        SessionFactory(cohort=cohort, state="scheduled", date=TODAY + timedelta(days=2))
    told = {letter: this_week(asked_by(cast[letter])) for letter in "SMN"}
    assert {letter: len(week["entries"]) for letter, week in told.items() if week} == {"S": 2, "M": 1, "N": 1}
