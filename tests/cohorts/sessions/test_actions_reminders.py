"""The letters of a session keep in step with it: planned, moved along, called off, settled."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cohorts.attendance.actions import Mark, record_attendance
from cohorts.cohort.actions import withdraw_cohort
from cohorts.models import Attendance, Session
from cohorts.sessions.actions.reminders import event_of
from cohorts.sessions.actions.sessions import (
    DayPlan,
    cancel_session,
    describe_session,
    hold_session,
    move_session,
    plan_session,
    postpone_session,
    report_session,
    reschedule_session,
    schedule_session,
)
from cohorts.sessions.enums import LADDERS, SessionKind
from notifications.events import EventRef
from notifications.models import Reminder
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from programmes.models import Authority
from tests.cohorts.raw import refused, sql
from tests.factories.cast import NOW, Cast, assemble
from tests.factories.cohorts import SessionFactory
from tests.factories.notifications import DeliveryFactory
from tests.factories.programmes import format_with_letters

DAY, NEXT, LATER = date(2027, 3, 16), date(2027, 3, 23), date(2027, 4, 6)
STEPS = {kind: [step.slug for step in DEFAULT_LADDERS[kind]] for kind in ("group_session", "stakeholder_session")}


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble(format_with_letters("group_session", "stakeholder_session"))


def plans(*days: date) -> list[DayPlan]:
    return [DayPlan(day, time(9), time(17), "Mairie") for day in days]


def firm(cast: Cast, *days: date, kind: str = "group", at: datetime = NOW) -> Session:
    draft = plan_session(cohort=cast.cohort, number="4", kind=kind, title="Fabriquer", days=plans(*days), by=cast["P"])
    return schedule_session(session=draft, at=at, by=cast["P"])


def rungs(session: Session, **limits: object) -> list[Reminder]:
    rows = Reminder.objects.filter(object_id=session.pk, event_day__isnull=False, **limits)
    return list(rows.order_by("pk"))


def shown(session: Session, **limits: object) -> list[tuple[str, str, str]]:
    return [(row.step, row.state, row.reason) for row in rungs(session, **limits)]


def announced(session: Session) -> list[tuple[str, int, str]]:
    rows = Reminder.objects.filter(object_id=session.pk, event_day=None).order_by("pk")
    return [(row.letter, row.version, row.state) for row in rows]


class TestLadder:
    @pytest.mark.parametrize(
        ("kind", "ladder"),
        [
            ("kick_off", "group_session"),
            ("group", "group_session"),
            ("stakeholder_meeting", "stakeholder_session"),
            ("steering", "stakeholder_session"),
            ("immersion", None),
            ("debrief", None),
            ("other", None),
        ],
    )
    def test_each_kind_of_session_takes_one_or_none(self, cast: Cast, kind: str, ladder: str | None):
        session = firm(cast, DAY, kind=kind)
        assert {row.kind for row in rungs(session)} == ({ladder} if ladder else set())
        assert event_of(session) == (EventRef(ladder, session.pk, 1) if ladder else None)

    def test_every_kind_was_decided_on(self):
        assert set(LADDERS) <= set(SessionKind)
        assert set(LADDERS.values()) == set(STEPS)

    def test_scheduling_plans_the_whole_ladder_of_the_format(self, cast: Cast):
        session = firm(cast, DAY, kind="steering")
        assert shown(session) == [(step, "planned", "") for step in STEPS["stakeholder_session"]]

    def test_a_draft_has_no_letters(self, cast: Cast):
        draft = plan_session(cohort=cast.cohort, number="4", kind="group", days=plans(DAY), by=cast["P"])
        moved = move_session(session=draft, days=plans(NEXT), at=NOW, by=cast["P"])
        cancel_session(session=moved, reason="No room", at=NOW, by=cast["P"])
        assert Reminder.objects.count() == 0

    def test_scheduling_twice_plans_once(self, cast: Cast):
        session = firm(cast, DAY)
        schedule_session(session=session, at=NOW + timedelta(days=90), by=cast["P"])
        assert shown(session) == [(step, "planned", "") for step in STEPS["group_session"]]

    def test_letters_leave_at_nine_where_the_authority_is(self, cast: Cast):
        Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone="Indian/Reunion")
        zone = ZoneInfo("Indian/Reunion")
        assert {row.due_at.astimezone(zone).hour for row in rungs(firm(cast, DAY))} == {9}

    def test_on_working_days_only(self, cast: Cast):
        assert {row.due_on.weekday() < 5 for row in rungs(firm(cast, DAY, kind="steering"))} == {True}

    def test_what_follows_counts_from_the_last_of_scattered_days(self, cast: Cast):
        due = {row.step: row.due_on for row in rungs(firm(cast, DAY, NEXT))}
        assert due == {
            "dates": date(2027, 2, 23),
            "details": date(2027, 3, 9),
            "last_note": date(2027, 3, 15),
            "attendance": date(2027, 3, 24),
        }

    def test_scheduled_late_only_the_latest_overdue_letter_goes_at_once(self, cast: Cast):
        late = datetime(2027, 3, 10, 9, tzinfo=UTC)
        session = firm(cast, DAY, at=late)
        assert shown(session) == [
            ("dates", "skipped", "late"),
            ("details", "planned", ""),
            ("last_note", "planned", ""),
            ("attendance", "planned", ""),
        ]
        assert Reminder.objects.get(step="details").due_at == late


class TestMoving:
    def test_letters_move_along_under_the_next_version_and_one_tells_of_it(self, cast: Cast):
        session = move_session(session=firm(cast, DAY), days=plans(LATER), at=NOW, by=cast["P"])
        assert shown(session, version=1) == [(step, "cancelled", "moved") for step in STEPS["group_session"]]
        assert shown(session, version=2) == [(step, "planned", "") for step in STEPS["group_session"]]
        assert {row.event_day for row in rungs(session, version=2)} == {LATER}
        assert announced(session) == [("session_changed", 2, "planned")]

    def test_a_letter_that_went_does_not_go_again(self, cast: Cast):
        session = firm(cast, DAY)
        row = Reminder.objects.get(step="dates")
        row.state = "expanded"
        row.save()
        DeliveryFactory(user=cast["M"], reminder=row, alone=True, state="sent")
        moved = move_session(session=session, days=plans(LATER), at=NOW, by=cast["P"])
        assert [step for step, _state, _reason in shown(moved, version=2)] == STEPS["group_session"][1:]

    def test_the_same_days_again_change_nothing(self, cast: Cast):
        session = move_session(session=firm(cast, DAY), days=plans(DAY), at=NOW, by=cast["P"])
        assert (session.version, announced(session)) == (1, [])

    def test_another_place_is_a_change_too(self, cast: Cast):
        elsewhere = [DayPlan(DAY, time(9), time(17), "Gare")]
        session = move_session(session=firm(cast, DAY), days=elsewhere, at=NOW, by=cast["P"])
        assert announced(session) == [("session_changed", 2, "planned")]

    @pytest.mark.parametrize("postponed", [False, True])
    def test_the_news_names_the_days_there_were(self, cast: Cast, postponed: bool):
        session, action = firm(cast, DAY, NEXT), move_session
        if postponed:
            session, action = postpone_session(session=session, reason="Snow", at=NOW, by=cast["P"]), reschedule_session
        action(session=session, days=plans(LATER), at=NOW, by=cast["P"])
        hours = {"starts_at": "09:00:00", "ends_at": "17:00:00", "place": "Mairie"}
        told = Reminder.objects.get(letter="session_changed")
        assert told.was == {"days": [{"date": day.isoformat()} | hours for day in (DAY, NEXT)]}

    def test_the_news_is_of_use_until_the_session_is_over(self, cast: Cast):
        soon = datetime(2027, 3, 15, 12, tzinfo=UTC)
        session = firm(cast, DAY)
        move_session(session=session, days=plans(date(2027, 3, 18)), at=soon, by=cast["P"])
        told = Reminder.objects.get(letter="session_changed")
        assert (told.due_at, told.expires_at) == (soon, datetime(2027, 3, 18, 23, tzinfo=UTC))

    def test_of_days_that_are_past_nobody_is_told(self, cast: Cast):
        session = firm(cast, DAY)
        moved = move_session(session=session, days=plans(NEXT), at=datetime(2027, 4, 1, tzinfo=UTC), by=cast["P"])
        assert announced(moved) == []


class TestCallingOff:
    def test_a_postponed_session_sends_nothing_but_the_news(self, cast: Cast):
        session = postpone_session(session=firm(cast, DAY), reason="Snow", at=NOW, by=cast["P"])
        assert shown(session) == [(step, "cancelled", "postponed") for step in STEPS["group_session"]]
        assert announced(session) == [("session_postponed", 1, "planned")]

    def test_new_dates_raise_the_version_and_plan_anew(self, cast: Cast):
        session = postpone_session(session=firm(cast, DAY), reason="Snow", at=NOW, by=cast["P"])
        session = reschedule_session(session=session, days=plans(LATER), at=NOW, by=cast["P"])
        assert shown(session, version=2) == [(step, "planned", "") for step in STEPS["group_session"]]
        assert announced(session) == [("session_postponed", 1, "cancelled"), ("session_changed", 2, "planned")]

    def test_the_same_dates_after_all_too(self, cast: Cast):
        session = postpone_session(session=firm(cast, DAY), reason="Snow", at=NOW, by=cast["P"])
        session = reschedule_session(session=session, days=plans(DAY), at=NOW, by=cast["P"])
        assert shown(session, version=2) == [(step, "planned", "") for step in STEPS["group_session"]]

    def test_a_cancelled_session_sends_nothing_but_the_news(self, cast: Cast):
        session = cancel_session(session=firm(cast, DAY), reason="Strike", at=NOW, by=cast["P"])
        assert shown(session) == [(step, "cancelled", "cancelled") for step in STEPS["group_session"]]
        assert announced(session) == [("session_cancelled", 1, "planned")]

    @pytest.mark.parametrize(
        ("action", "letter"), [(postpone_session, "session_postponed"), (cancel_session, "session_cancelled")]
    )
    def test_called_off_twice_the_news_still_leaves_with_its_first_reason(self, cast: Cast, action: Any, letter: str):
        session = firm(cast, DAY)
        for reason in ("Snow", "Strike"):
            again = action(session=session, reason=reason, at=NOW, by=cast["P"])
        assert (again.reason, announced(again)) == ("Snow", [(letter, 1, "planned")])

    def test_one_that_should_have_been_long_ago_is_cancelled_in_silence(self, cast: Cast):
        late = datetime(2027, 4, 1, tzinfo=UTC)
        session = cancel_session(session=firm(cast, DAY), reason="Nobody came", at=late, by=cast["P"])
        assert announced(session) == []

    def test_a_cohort_that_withdraws_calls_off_its_sessions(self, cast: Cast):
        session = firm(cast, DAY)
        withdraw_cohort(cohort=cast.cohort, reason="Budget", at=NOW, by=cast["S"])
        assert announced(session) == [("session_cancelled", 1, "planned")]

    @pytest.mark.parametrize("action", [postpone_session, cancel_session])
    def test_a_kind_without_letters_tells_nobody(self, cast: Cast, action):
        session = action(session=firm(cast, DAY, kind="immersion"), reason="Snow", at=NOW, by=cast["P"])
        assert announced(session) == []


class TestAnotherKind:
    def described(self, session: Session, kind: str, cast: Cast) -> Session:
        return describe_session(session=session, number="4", kind=kind, title="Fabriquer", at=NOW, by=cast["P"])

    def test_its_letters_are_those_of_the_other_ladder(self, cast: Cast):
        session = self.described(firm(cast, DAY), "steering", cast)
        assert shown(session, kind="group_session") == [
            (step, "cancelled", "other_kind") for step in STEPS["group_session"]
        ]
        assert shown(session, kind="stakeholder_session", version=2) == [
            (step, "planned", "") for step in STEPS["stakeholder_session"]
        ]

    def test_and_back_again(self, cast: Cast):
        session = self.described(self.described(firm(cast, DAY), "immersion", cast), "group", cast)
        assert session.version == 3
        assert shown(session, version=3) == [(step, "planned", "") for step in STEPS["group_session"]]

    @pytest.mark.parametrize("kind", ["steering", "immersion"])
    def test_news_of_new_dates_leaves_all_the_same(self, cast: Cast, kind: str):
        moved = move_session(session=firm(cast, DAY), days=plans(LATER), at=NOW, by=cast["P"])
        assert announced(self.described(moved, kind, cast)) == [("session_changed", 2, "planned")]

    @pytest.mark.parametrize("kind", ["group", "kick_off"])
    def test_within_one_ladder_nothing_changes(self, cast: Cast, kind: str):
        session = self.described(firm(cast, DAY), kind, cast)
        assert (session.version, shown(session)) == (1, [(step, "planned", "") for step in STEPS["group_session"]])


class TestSenseless:
    def recorded(self, session: Session, cast: Cast, *, but: int = 0) -> None:
        rows = Attendance.objects.filter(day__session=session).select_related("day", "member")
        marks = {(row.day, row.member): Mark("present") for row in list(rows)[but:]}
        record_attendance(session=session, marks=marks, today=DAY, by=cast["P"])

    def test_attendance_is_asked_for_while_some_is_missing(self, cast: Cast):
        session = firm(cast, DAY)
        self.recorded(session, cast, but=1)
        assert shown(session)[-1] == ("attendance", "planned", "")

    def test_and_not_once_it_is_all_there(self, cast: Cast):
        session = firm(cast, DAY)
        self.recorded(session, cast)
        assert shown(session)[-1] == ("attendance", "cancelled", "settled")

    def test_nor_before_the_last_day(self, cast: Cast):
        session = firm(cast, DAY, NEXT)
        rows = Attendance.objects.filter(day__session=session, day__date=DAY).select_related("day", "member")
        marks = {(row.day, row.member): Mark("present") for row in rows}
        record_attendance(session=session, marks=marks, today=DAY, by=cast["P"])
        assert shown(session)[-1] == ("attendance", "planned", "")

    def reported(self, session: Session, at: datetime, cast: Cast) -> Session:
        held = hold_session(session=session, today=at.date(), by=cast["P"])
        return report_session(session=held, report="What was said", at=at, by=cast["P"])

    def test_a_report_that_is_written_is_not_asked_for(self, cast: Cast):
        session = self.reported(firm(cast, DAY, kind="steering"), datetime(2027, 3, 17, 12, tzinfo=UTC), cast)
        states = {step: (state, reason) for step, state, reason in shown(session)}
        assert states["report_missing"] == ("cancelled", "settled")
        assert (states["summary"], announced(session)) == (("planned", ""), [])

    def test_a_summary_that_found_no_report_at_its_time_goes_with_it(self, cast: Cast):
        session = firm(cast, DAY, kind="steering")
        Reminder.objects.filter(step="summary").update(state="expanded")
        at = datetime(2027, 3, 24, 12, tzinfo=UTC)
        self.reported(session, at, cast)
        late = Reminder.objects.get(event_day=None)
        assert (late.letter, late.audience, late.due_at) == ("stakeholder_summary", "attendees", at)
        assert late.expires_at == Reminder.objects.get(step="summary").expires_at

    def test_but_not_when_it_has_become_useless(self, cast: Cast):
        session = firm(cast, DAY, kind="steering")
        Reminder.objects.filter(step="summary").update(state="expanded")
        self.reported(session, datetime(2027, 6, 1, 12, tzinfo=UTC), cast)
        assert announced(session) == []

    def test_nor_twice(self, cast: Cast):
        session = firm(cast, DAY, kind="steering")
        row = Reminder.objects.get(step="summary")
        row.state = "expanded"
        row.save()
        DeliveryFactory(user=cast["M"], reminder=row, state="sent")
        self.reported(session, datetime(2027, 3, 24, 12, tzinfo=UTC), cast)
        assert announced(session) == []


class TestVersionRule:
    """Raw SQL: days that letters were planned for stay as they are under their version."""

    @pytest.fixture
    def session(self, cast: Cast) -> Session:
        return firm(cast, DAY, NEXT)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE cohorts_sessionday SET date = '2027-03-17' WHERE session_id = %s AND date = '2027-03-16'",
            "UPDATE cohorts_sessionday SET starts_at = '10:00' WHERE session_id = %s",
            "UPDATE cohorts_sessionday SET place = 'Gare' WHERE session_id = %s",
            "DELETE FROM cohorts_sessionday WHERE session_id = %s AND date = '2027-03-23'",
            "INSERT INTO cohorts_sessionday (session_id, date, date_precision, place)"
            " VALUES (%s, '2027-03-30', 'day', '')",
        ],
    )
    def test_days_change_under_a_higher_version_only(self, session: Session, change: str):
        if change.startswith("DELETE"):
            sql("DELETE FROM cohorts_attendance")
        with refused("session_version"):
            sql(change, session.pk)
        sql("UPDATE cohorts_session SET version = 2 WHERE id = %s", session.pk)
        assert sql(change, session.pk) in {1, 2}

    def test_a_version_never_falls(self, session: Session):
        sql("UPDATE cohorts_session SET version = 3 WHERE id = %s", session.pk)
        with refused("session_version"):
            sql("UPDATE cohorts_session SET version = 2 WHERE id = %s", session.pk)

    def test_a_postponed_session_does_not_come_back_under_the_version_that_was_called_off(self, session: Session):
        sql("UPDATE cohorts_session SET state = 'postponed' WHERE id = %s", session.pk)
        with refused("session_version"):
            sql("UPDATE cohorts_session SET state = 'scheduled' WHERE id = %s", session.pk)
        assert sql("UPDATE cohorts_session SET state = 'scheduled', version = 2 WHERE id = %s", session.pk) == 1

    def test_days_nobody_was_to_be_told_of_move_freely(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort)
        assert sql("UPDATE cohorts_sessionday SET date = '2027-03-03' WHERE session_id = %s", session.pk) == 1
