"""Tests of new days for drafts: scheduled sessions stay, a preview is applied as shown, and an undo restores all."""

from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cohorts.calendars import actions
from cohorts.calendars.replanning import propose_new_days
from cohorts.models import Cohort, Replanning, Session, SessionDay
from cohorts.sessions.actions.sessions import DayPlan, move_session, plan_session, schedule_session
from notifications.models import Delivery, Reminder
from tests.cohorts.pages import browser, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    MembershipFactory,
    SessionFactory,
)
from tests.factories.exchanges import ExchangeFactory
from tests.factories.programmes import EditionFactory, format_with_schedules
from tests.sql import update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
TODAY = date(2027, 1, 4)


@pytest.fixture
def cohort() -> Cohort:
    """A cohort of six months in 2027, in school zone B."""
    edition = EditionFactory(starts_on=TODAY, ends_on=date(2027, 7, 3), format=format_with_schedules("group_session"))
    return CohortFactory(
        edition=edition, slug="nantes", planned_start=TODAY, planned_end=date(2027, 7, 3), actual_start=TODAY
    )


def draft(cohort: Cohort, number: str, *days: date, kind: str = "group") -> Session:
    session = SessionFactory(cohort=cohort, number=number, kind=kind, state="draft", date=None)
    for day in days:
        SessionDay.objects.create(
            session=session, date=day, starts_at=time(13, 30), ends_at=time(17), venue=f"Room {number}"
        )
    session.refresh_from_db()
    return session


def scheduled(cohort: Cohort, number: str, day: date) -> Session:
    return SessionFactory(cohort=cohort, number=number, date=day)


def days_of(session: Session) -> list[date]:
    return list(session.days.values_list("date", flat=True))


def replan(cohort: Cohort, **arguments: Any) -> Replanning:
    return actions.replan_sessions(cohort=cohort, at=AT, by=None, **arguments)


def undo(cohort: Cohort) -> Replanning:
    return actions.undo_replanning(cohort=cohort, at=AT, by=None)


def calendar(cohort: Cohort) -> list[Any]:
    rows = SessionDay.objects.filter(session__cohort=cohort).order_by("session__number", "date")
    return list(rows.values_list("session__number", "session__remarks", "date", "starts_at", "ends_at", "venue"))


class TestFixedPoints:
    def test_drafts_are_spread_between_the_sessions_that_stay(self, cohort):
        before = draft(cohort, "1", date(2027, 3, 1))
        stays = scheduled(cohort, "2", date(2027, 3, 9))
        after = draft(cohort, "3", date(2027, 3, 10))
        replan(cohort)
        assert days_of(stays) == [date(2027, 3, 9)]
        assert days_of(before)[0] < date(2027, 3, 2)
        assert days_of(after)[0] > date(2027, 4, 1)

    @pytest.mark.parametrize("state", ["scheduled", "held", "reported"])
    def test_only_draft_sessions_move(self, cohort, state):
        session = SessionFactory(cohort=cohort, state=state, date=date(2027, 1, 5))
        draft(cohort, "90", date(2027, 3, 1))
        assert [move.session.number for move in propose_new_days(cohort, TODAY).moves] == ["90"]
        replan(cohort)
        assert days_of(session) == [date(2027, 1, 5)]

    def test_a_draft_with_people_on_its_list_stays(self, cohort):
        invited = draft(cohort, "1", date(2027, 2, 2))
        AttendanceFactory(
            day=invited.days.get(),
            member=MembershipFactory(cohort=cohort, role="relay", starts_on=TODAY),
            status="expected",
            half_days=0,
        )
        draft(cohort, "2", date(2027, 2, 3))
        proposal = propose_new_days(cohort, TODAY)
        assert ([move.session.number for move in proposal.moves], list(proposal.fixed)) == (["2"], [invited])

    def test_days_of_postponed_and_cancelled_sessions_are_free(self, cohort):
        for number, state in (("1", "postponed"), ("2", "cancelled")):
            SessionFactory(cohort=cohort, number=number, state=state, date=date(2027, 4, 6))
        draft(cohort, "3", date(2027, 3, 1))
        assert propose_new_days(cohort, TODAY).fixed == ()

    def test_overdue_drafts_move_to_days_from_today_on(self, cohort):
        drafts = [draft(cohort, str(number), date(2027, 1, 4 + number)) for number in range(1, 4)]
        scheduled(cohort, "4", date(2027, 4, 7))
        actions.replan_sessions(cohort=cohort, at=datetime(2027, 4, 1, 9, tzinfo=UTC), by=None)
        found = [days_of(session)[0] for session in drafts]
        assert found == sorted(found)
        assert found[0] >= date(2027, 4, 1)
        assert min((later - earlier).days for earlier, later in pairwise(found)) > 14

    def test_each_keeps_its_length_its_hours_and_its_venue(self, cohort):
        one = draft(cohort, "1", date(2027, 1, 5))
        three = draft(cohort, "2", date(2027, 1, 6), date(2027, 1, 7), date(2027, 1, 8))
        replan(cohort)
        assert [len(days_of(session)) for session in (one, three)] == [1, 3]
        assert set(three.days.values_list("starts_at", "ends_at", "venue")) == {(time(13, 30), time(17), "Room 2")}

    def test_a_draft_without_a_day_gets_as_many_as_the_format_has(self, cohort):
        session = draft(cohort, "1")
        replan(cohort)
        assert len(days_of(session)) == 2
        assert set(session.days.values_list("starts_at", "ends_at", "venue")) == {(time(9), time(17), "")}

    def test_on_site_weeks_stay_a_week_apart_from_the_ones_that_stay(self, cohort):
        stays = SessionFactory(cohort=cohort, number="1", kind="immersion", date=date(2027, 4, 5))
        weeks = [
            draft(cohort, number, day, kind="immersion")
            for number, day in (("2", date(2027, 4, 6)), ("3", date(2027, 4, 7)))
        ]
        replan(cohort)
        starts = [days_of(week)[0] for week in weeks]
        assert [len(days_of(week)) for week in weeks] == [5, 5]
        assert all(abs((start - days_of(stays)[0]).days) > 9 for start in starts)

    def test_on_site_weeks_of_a_residency_are_left_to_its_plans(self, cohort):
        update(cohort.edition.programme, family="residency")
        week, other = draft(cohort, "1", date(2027, 4, 6), kind="immersion"), draft(cohort, "2", date(2027, 4, 6))
        assert [move.session for move in propose_new_days(Cohort.objects.get(pk=cohort.pk), TODAY).moves] == [other]
        replan(cohort)
        assert (days_of(week), date(2027, 4, 6) in days_of(other)) == ([date(2027, 4, 6)], False)


class TestOtherCohorts:
    @pytest.fixture
    def resident(self, cohort):
        return MembershipFactory(cohort=cohort, role="resident", discipline="design", starts_on=TODAY).user

    def alone_on(self, cohort: Cohort, day: date) -> Session:
        """Return a draft that would get this day if nothing prevented it."""
        cohort.planned_start = cohort.actual_start = day
        cohort.planned_end = day.replace(day=day.day + 2)
        cohort.save()
        return draft(cohort, "1", day)

    def elsewhere(self, person: Any, role: str, day: date, state: str, **changes: Any) -> Cohort:
        other = CohortFactory(**changes)
        discipline = "design" if role == "resident" else ""
        MembershipFactory(cohort=other, user=person, role=role, discipline=discipline, starts_on=date(2026, 1, 5))
        SessionFactory(cohort=other, date=day, state=state)
        return other

    @pytest.mark.parametrize("role", ["resident", "coordinator", "pilot"])
    @pytest.mark.parametrize("state", ["scheduled", "draft"])
    def test_a_day_on_which_its_people_are_in_another_cohort_is_never_proposed(self, cohort, role, state):
        person = UserFactory()
        discipline = "design" if role == "resident" else ""
        MembershipFactory(cohort=cohort, user=person, role=role, discipline=discipline, starts_on=TODAY)
        session = self.alone_on(cohort, date(2027, 6, 8))
        self.elsewhere(person, role, date(2027, 6, 9), state)
        replan(cohort)
        assert days_of(session) != [date(2027, 6, 9)]

    def test_days_of_people_who_had_left_are_free(self, cohort, resident):
        session = self.alone_on(cohort, date(2027, 6, 8))
        other = self.elsewhere(resident, "resident", date(2027, 6, 9), "scheduled")
        other.memberships.update(ends_on=date(2027, 6, 8))
        replan(cohort)
        assert days_of(session) == [date(2027, 6, 9)]

    def test_days_of_a_cohort_of_other_people_are_free(self, cohort, resident):
        session = self.alone_on(cohort, date(2027, 6, 8))
        self.elsewhere(UserFactory(), "resident", date(2027, 6, 9), "scheduled")
        replan(cohort)
        assert days_of(session) == [date(2027, 6, 9)]

    def test_days_of_a_postponed_session_elsewhere_are_free(self, cohort, resident):
        session = self.alone_on(cohort, date(2027, 6, 8))
        self.elsewhere(resident, "resident", date(2027, 6, 9), "postponed")
        replan(cohort)
        assert days_of(session) == [date(2027, 6, 9)]

    def test_days_of_a_cohort_of_the_same_edition_are_avoided(self, cohort):
        session = self.alone_on(cohort, date(2027, 6, 8))
        SessionFactory(cohort=CohortFactory(edition=cohort.edition), date=date(2027, 6, 9))
        replan(cohort)
        assert days_of(session) != [date(2027, 6, 9)]

    def test_days_of_an_intertransfo_of_the_edition_are_never_proposed(self, cohort):
        session = self.alone_on(cohort, date(2027, 6, 8))
        ExchangeFactory(edition=cohort.edition, host=cohort, first_day=date(2027, 6, 9), days=1)
        replan(cohort)
        assert days_of(session) != [date(2027, 6, 9)]

    def test_a_day_that_could_not_be_avoided_is_named_with_the_draft(self, cohort, resident):
        session = self.alone_on(cohort, date(2027, 6, 8))
        other = self.elsewhere(resident, "resident", date(2027, 6, 8), "draft")
        for day in (date(2027, 6, 9), date(2027, 6, 10)):
            SessionFactory(cohort=other, date=day, state="draft")
        replan(cohort)
        session.refresh_from_db()
        assert session.remarks == ["shared_people"]


class TestPreview:
    def test_the_preview_names_each_move_with_its_reasons(self, cohort):
        draft(cohort, "1", date(2027, 2, 22))
        draft(cohort, "2", date(2027, 3, 23))
        scheduled(cohort, "3", date(2027, 3, 23))
        first, second = propose_new_days(cohort, TODAY).moves
        assert (first.before, first.reasons) == (
            (date(2027, 2, 22),),
            ("Mon 22 February 2027: school holidays in zone B.",),
        )
        assert second.reasons == ("Tue 23 March 2027: the cohort has another session that day (3).",)
        assert (first.is_unchanged, second.is_unchanged) == (False, False)

    def test_nothing_is_saved_before_it_is_confirmed(self, cohort):
        draft(cohort, "1", date(2027, 2, 22))
        before = calendar(cohort)
        propose_new_days(cohort, TODAY)
        assert (calendar(cohort), Replanning.objects.count()) == (before, 0)

    def test_the_preview_is_what_is_applied(self, cohort):
        session = draft(cohort, "1", date(2027, 2, 22))
        preview = propose_new_days(cohort, TODAY)
        replan(cohort, version_token=preview.fingerprint)
        assert tuple(days_of(session)) == preview.moves[0].after

    def test_a_proposal_is_refused_when_the_calendar_has_changed_since(self, cohort):
        session = draft(cohort, "1", date(2027, 2, 22))
        preview = propose_new_days(cohort, TODAY)
        scheduled(cohort, "2", date(2027, 4, 6))
        with pytest.raises(actions.ProposalChanged):
            replan(cohort, version_token=preview.fingerprint)
        assert days_of(session) == [date(2027, 2, 22)]

    def test_a_form_that_moves_the_session_from_before_is_refused(self, cohort):
        session = draft(cohort, "1", date(2027, 2, 22))
        version_token = (session.version, session.state)
        replan(cohort)
        with pytest.raises(DomainError, match="This session has changed since you opened it"):
            move_session(
                session=session, days=[DayPlan(date(2027, 5, 4))], at=AT, version_token=version_token, by=UserFactory()
            )

    def test_without_a_draft_nothing_is_proposed(self, cohort):
        scheduled(cohort, "1", date(2027, 3, 9))
        with pytest.raises(DomainError, match="No draft sessions are left"):
            replan(cohort)

    def test_no_e_mail_is_planned(self, cohort):
        MembershipFactory(cohort=cohort, starts_on=TODAY)
        draft(cohort, "1", date(2027, 2, 22))
        replan(cohort)
        undo(cohort)
        assert (Reminder.objects.count(), Delivery.objects.count()) == (0, 0)


class TestUndo:
    def test_undo_restores_the_days_before(self, cohort):
        draft(cohort, "1", date(2027, 2, 22), date(2027, 2, 24))
        draft(cohort, "2")
        scheduled(cohort, "3", date(2027, 3, 23))
        Session.objects.filter(number="1").update(remarks=["school_holiday"])
        before = calendar(cohort)
        replan(cohort)
        assert calendar(cohort) != before
        undo(cohort)
        assert calendar(cohort) == before

    def test_a_proposal_is_undone_once_only(self, cohort):
        draft(cohort, "1", date(2027, 2, 22))
        replan(cohort)
        undo(cohort)
        with pytest.raises(DomainError, match="There is no proposal of new days to undo"):
            undo(cohort)

    def test_without_a_proposal_nothing_can_be_undone(self, cohort):
        with pytest.raises(DomainError, match="There is no proposal of new days to undo"):
            undo(cohort)

    def test_a_session_that_moved_since_then_is_named_and_nothing_is_undone(self, cohort):
        first, second = draft(cohort, "1", date(2027, 2, 22)), draft(cohort, "2", date(2027, 2, 23))
        replan(cohort)
        move_session(session=second, days=[DayPlan(date(2027, 5, 18))], at=AT, by=UserFactory())
        days_of_first = days_of(first)
        with pytest.raises(DomainError, match=r"Sessions changed since the drafts were moved: 2\."):
            undo(cohort)
        assert (days_of(first), days_of(second)) == (days_of_first, [date(2027, 5, 18)])

    def test_a_session_whose_dates_were_confirmed_is_named(self, cohort):
        session = draft(cohort, "1", date(2027, 2, 22))
        replan(cohort)
        schedule_session(session=session, at=AT, by=UserFactory())
        with pytest.raises(DomainError, match=r"Sessions changed since the drafts were moved: 1\."):
            undo(cohort)

    def test_a_new_session_is_named(self, cohort):
        draft(cohort, "1", date(2027, 2, 22))
        replan(cohort)
        plan_session(
            cohort=cohort, number="7", kind="group", days=[DayPlan(date(2027, 3, 23))], accept_conflicts=True, by=None
        )
        with pytest.raises(DomainError, match=r"Sessions changed since the drafts were moved: 7\."):
            undo(cohort)

    def test_a_scheduled_session_that_was_held_since_then_is_no_obstacle(self, cohort):
        session, stays = draft(cohort, "1", date(2027, 2, 22)), scheduled(cohort, "2", date(2027, 1, 5))
        replan(cohort)
        stays.state = "held"
        stays.save()
        undo(cohort)
        assert days_of(session) == [date(2027, 2, 22)]

    def test_other_planned_dates_are_an_obstacle(self, cohort):
        draft(cohort, "1", date(2027, 2, 22))
        replan(cohort)
        Cohort.objects.filter(pk=cohort.pk).update(planned_end=date(2027, 8, 3))
        with pytest.raises(DomainError, match="planned dates have changed"):
            undo(cohort)

    def test_only_the_latest_proposal_is_undone(self, cohort):
        draft(cohort, "1", date(2027, 2, 22))
        replan(cohort)
        first = calendar(cohort)
        scheduled(cohort, "2", first[0][2])
        replan(cohort)
        undo(cohort)
        assert [row for row in calendar(cohort) if row[0] == "1"] == first


class TestDatabase:
    @pytest.fixture
    def replanning(self, cohort):
        draft(cohort, "1", date(2027, 2, 22))
        return replan(cohort)

    def test_an_applied_proposal_cannot_change(self, replanning):
        with pytest.raises(IntegrityError, match="replanning_fixed"), transaction.atomic():
            update(replanning, before="{}")

    def test_a_proposal_is_undone_once(self, replanning):
        update(replanning, undone_at=AT)
        with pytest.raises(IntegrityError, match="replanning_undone_once"), transaction.atomic():
            update(replanning, undone_at=None)

    def test_a_proposal_is_undone_after_it_was_applied(self, replanning):
        with pytest.raises(IntegrityError, match="replanning_undone_afterwards"), transaction.atomic():
            update(replanning, undone_at=datetime(2027, 1, 4, 8, 59, tzinfo=UTC))


@pytest.mark.usefixtures("at_work")
class TestPages:
    @pytest.fixture
    def at_work(self, time_machine):
        time_machine.move_to(AT)

    def test_a_preview_is_confirmed_and_then_undone(self, cohort):
        session = draft(cohort, "1", date(2027, 2, 22))
        lab = browser(UserFactory(is_lab_staff=True))
        page = lab.get("/cohorts/nantes/new-days/")
        assert "Mon 22 February 2027" in page_text(page)
        assert days_of(session) == [date(2027, 2, 22)]
        version_token = page.context["proposal"].fingerprint
        assert (
            lab.post("/cohorts/nantes/new-days/", {"version_token": version_token}).headers["Location"]
            == "/cohorts/nantes/"
        )
        assert days_of(session) != [date(2027, 2, 22)]
        assert "/cohorts/nantes/new-days/undo/" in lab.get("/cohorts/nantes/").content.decode()
        assert "back to Mon 22 February 2027" in page_text(lab.get("/cohorts/nantes/new-days/undo/"))
        assert lab.post("/cohorts/nantes/new-days/undo/").headers["Location"] == "/cohorts/nantes/"
        assert days_of(session) == [date(2027, 2, 22)]
        assert "/new-days/undo/" not in lab.get("/cohorts/nantes/").content.decode()

    def test_an_old_preview_shows_the_new_proposal_and_moves_nothing(self, cohort):
        session = draft(cohort, "1", date(2027, 2, 22))
        lab = browser(UserFactory(is_lab_staff=True))
        page = lab.post("/cohorts/nantes/new-days/", {"version_token": "0123456789abcdef"})
        assert "The calendar has changed since this proposal was made." in page_text(page)
        assert page.context["proposal"].fingerprint in page.content.decode()
        assert days_of(session) == [date(2027, 2, 22)]

    def test_an_impossible_undo_shows_the_reason(self, cohort):
        session = draft(cohort, "1", date(2027, 2, 22))
        lab = browser(UserFactory(is_lab_staff=True))
        replan(cohort)
        move_session(session=session, days=[DayPlan(date(2027, 5, 18))], at=AT, by=UserFactory())
        page = lab.get("/cohorts/nantes/new-days/undo/")
        assert "Sessions changed since the drafts were moved: 1. Move the sessions one by one." in page_text(page)
        assert "Restore the earlier days" not in page_text(page)

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_preview_needs_the_same_statements_for_any_number_of_drafts(
        self, cohort, count, django_assert_num_queries
    ):
        for number in range(1, count + 1):
            draft(cohort, str(number), date(2027, 2, 21 + number))
        lab = browser(UserFactory(is_lab_staff=True))
        with django_assert_num_queries(14):
            lab.get("/cohorts/nantes/new-days/")
