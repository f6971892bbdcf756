"""The e-mails of a session follow its changes: planned, moved, cancelled, settled."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cohorts.attendance.actions import AttendanceMark, record_attendance
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
from cohorts.sessions.enums import REMINDER_SCHEDULES, SessionKind
from notifications.events import EventRef
from notifications.models import Reminder
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.models import Authority
from tests.cohorts.raw import refused, run_sql
from tests.factories.cast import NOW, Cast, create_cast
from tests.factories.cohorts import SessionFactory
from tests.factories.notifications import DeliveryFactory
from tests.factories.programmes import format_with_schedules
from tests.factories.snapshots import built_once

DAY, NEXT, LATER = date(2027, 3, 16), date(2027, 3, 23), date(2027, 4, 6)
STEPS = {
    kind: [step.slug for step in DEFAULT_REMINDER_SCHEDULES[kind]] for kind in ("group_session", "stakeholder_session")
}


@built_once
def cast_with_schedules() -> Cast:
    return create_cast(format_with_schedules("group_session", "stakeholder_session"))


@pytest.fixture
def cast(db: None) -> Cast:
    return cast_with_schedules()


def day_plans(*days: date) -> list[DayPlan]:
    return [DayPlan(day, time(9), time(17), "Mairie") for day in days]


def confirmed_session(cast: Cast, *days: date, kind: str = "group", at: datetime = NOW) -> Session:
    draft = plan_session(
        cohort=cast.cohort, number="4", kind=kind, title="Fabriquer", days=day_plans(*days), by=cast["P"]
    )
    return schedule_session(session=draft, at=at, by=cast["P"])


def reminders_of(session: Session, **limits: object) -> list[Reminder]:
    rows = Reminder.objects.filter(object_id=session.pk, event_day__isnull=False, **limits)
    return list(rows.order_by("pk"))


def reminder_rows(session: Session, **limits: object) -> list[tuple[str, str, str]]:
    return [(row.step, row.state, row.reason) for row in reminders_of(session, **limits)]


def announcements(session: Session) -> list[tuple[str, int, str]]:
    rows = Reminder.objects.filter(object_id=session.pk, event_day=None).order_by("pk")
    return [(row.email_type, row.version, row.state) for row in rows]


class TestReminderSchedule:
    @pytest.mark.parametrize(
        ("kind", "schedule_kind"),
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
    def test_each_kind_of_session_has_one_schedule_or_none(self, cast: Cast, kind: str, schedule_kind: str | None):
        session = confirmed_session(cast, DAY, kind=kind)
        assert {row.kind for row in reminders_of(session)} == ({schedule_kind} if schedule_kind else set())
        assert event_of(session) == (EventRef(schedule_kind, session.pk, 1) if schedule_kind else None)

    def test_every_kind_is_covered(self):
        assert set(REMINDER_SCHEDULES) <= set(SessionKind)
        assert set(REMINDER_SCHEDULES.values()) == set(STEPS)

    def test_scheduling_plans_every_step_of_the_format(self, cast: Cast):
        session = confirmed_session(cast, DAY, kind="steering")
        assert reminder_rows(session) == [(step, "planned", "") for step in STEPS["stakeholder_session"]]

    def test_draft_has_no_emails(self, cast: Cast):
        draft = plan_session(cohort=cast.cohort, number="4", kind="group", days=day_plans(DAY), by=cast["P"])
        moved = move_session(session=draft, days=day_plans(NEXT), at=NOW, by=cast["P"])
        cancel_session(session=moved, reason="No room", at=NOW, by=cast["P"])
        assert Reminder.objects.count() == 0

    def test_scheduling_twice_plans_once(self, cast: Cast):
        session = confirmed_session(cast, DAY)
        schedule_session(session=session, at=NOW + timedelta(days=90), by=cast["P"])
        assert reminder_rows(session) == [(step, "planned", "") for step in STEPS["group_session"]]

    def test_emails_leave_at_nine_in_the_authoritys_time_zone(self, cast: Cast):
        Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone="Indian/Reunion")
        zone = ZoneInfo("Indian/Reunion")
        assert {row.due_at.astimezone(zone).hour for row in reminders_of(confirmed_session(cast, DAY))} == {9}

    def test_emails_leave_on_working_days_only(self, cast: Cast):
        assert {row.due_on.weekday() < 5 for row in reminders_of(confirmed_session(cast, DAY, kind="steering"))} == {
            True
        }

    def test_later_steps_count_from_the_last_of_scattered_days(self, cast: Cast):
        due = {row.step: row.due_on for row in reminders_of(confirmed_session(cast, DAY, NEXT))}
        assert due == {
            "dates": date(2027, 2, 23),
            "details": date(2027, 3, 9),
            "last_note": date(2027, 3, 15),
            "attendance": date(2027, 3, 24),
        }

    def test_late_scheduling_sends_only_the_latest_overdue_email_at_once(self, cast: Cast):
        late = datetime(2027, 3, 10, 9, tzinfo=UTC)
        session = confirmed_session(cast, DAY, at=late)
        assert reminder_rows(session) == [
            ("dates", "skipped", "late"),
            ("details", "planned", ""),
            ("last_note", "planned", ""),
            ("attendance", "planned", ""),
        ]
        assert Reminder.objects.get(step="details").due_at == late


class TestMoving:
    def test_moving_replans_emails_under_the_next_version_with_one_notice(self, cast: Cast):
        session = move_session(session=confirmed_session(cast, DAY), days=day_plans(LATER), at=NOW, by=cast["P"])
        assert reminder_rows(session, version=1) == [(step, "cancelled", "moved") for step in STEPS["group_session"]]
        assert reminder_rows(session, version=2) == [(step, "planned", "") for step in STEPS["group_session"]]
        assert {row.event_day for row in reminders_of(session, version=2)} == {LATER}
        assert announcements(session) == [("session_changed", 2, "planned")]

    def test_sent_email_is_not_sent_again(self, cast: Cast):
        session = confirmed_session(cast, DAY)
        row = Reminder.objects.get(step="dates")
        row.state = "expanded"
        row.save()
        DeliveryFactory(user=cast["M"], reminder=row, alone=True, state="sent")
        moved = move_session(session=session, days=day_plans(LATER), at=NOW, by=cast["P"])
        assert [step for step, _state, _reason in reminder_rows(moved, version=2)] == STEPS["group_session"][1:]

    def test_the_same_days_again_change_nothing(self, cast: Cast):
        session = move_session(session=confirmed_session(cast, DAY), days=day_plans(DAY), at=NOW, by=cast["P"])
        assert (session.version, announcements(session)) == (1, [])

    def test_new_venue_counts_as_a_change(self, cast: Cast):
        elsewhere = [DayPlan(DAY, time(9), time(17), "Gare")]
        session = move_session(session=confirmed_session(cast, DAY), days=elsewhere, at=NOW, by=cast["P"])
        assert announcements(session) == [("session_changed", 2, "planned")]

    @pytest.mark.parametrize("postponed", [False, True])
    def test_change_notice_names_the_earlier_days(self, cast: Cast, postponed: bool):
        session, action = confirmed_session(cast, DAY, NEXT), move_session
        if postponed:
            session, action = postpone_session(session=session, reason="Snow", at=NOW, by=cast["P"]), reschedule_session
        action(session=session, days=day_plans(LATER), at=NOW, by=cast["P"])
        hours = {"starts_at": "09:00:00", "ends_at": "17:00:00", "venue": "Mairie"}
        notice = Reminder.objects.get(email_type="session_changed")
        assert notice.previous_details == {"days": [{"date": day.isoformat()} | hours for day in (DAY, NEXT)]}

    def test_change_notice_expires_when_the_session_is_over(self, cast: Cast):
        soon = datetime(2027, 3, 15, 12, tzinfo=UTC)
        session = confirmed_session(cast, DAY)
        move_session(session=session, days=day_plans(date(2027, 3, 18)), at=soon, by=cast["P"])
        notice = Reminder.objects.get(email_type="session_changed")
        assert (notice.due_at, notice.expires_at) == (soon, datetime(2027, 3, 18, 23, tzinfo=UTC))

    def test_moving_past_days_informs_nobody(self, cast: Cast):
        session = confirmed_session(cast, DAY)
        moved = move_session(session=session, days=day_plans(NEXT), at=datetime(2027, 4, 1, tzinfo=UTC), by=cast["P"])
        assert announcements(moved) == []


class TestCallingOff:
    def test_postponed_session_sends_only_the_notice(self, cast: Cast):
        session = postpone_session(session=confirmed_session(cast, DAY), reason="Snow", at=NOW, by=cast["P"])
        assert reminder_rows(session) == [(step, "cancelled", "postponed") for step in STEPS["group_session"]]
        assert announcements(session) == [("session_postponed", 1, "planned")]

    def test_new_dates_raise_the_version_and_plan_the_emails_again(self, cast: Cast):
        session = postpone_session(session=confirmed_session(cast, DAY), reason="Snow", at=NOW, by=cast["P"])
        session = reschedule_session(session=session, days=day_plans(LATER), at=NOW, by=cast["P"])
        assert reminder_rows(session, version=2) == [(step, "planned", "") for step in STEPS["group_session"]]
        assert announcements(session) == [("session_postponed", 1, "cancelled"), ("session_changed", 2, "planned")]

    def test_rescheduling_to_the_same_dates_raises_the_version_too(self, cast: Cast):
        session = postpone_session(session=confirmed_session(cast, DAY), reason="Snow", at=NOW, by=cast["P"])
        session = reschedule_session(session=session, days=day_plans(DAY), at=NOW, by=cast["P"])
        assert reminder_rows(session, version=2) == [(step, "planned", "") for step in STEPS["group_session"]]

    def test_cancelled_session_sends_only_the_notice(self, cast: Cast):
        session = cancel_session(session=confirmed_session(cast, DAY), reason="Strike", at=NOW, by=cast["P"])
        assert reminder_rows(session) == [(step, "cancelled", "cancelled") for step in STEPS["group_session"]]
        assert announcements(session) == [("session_cancelled", 1, "planned")]

    @pytest.mark.parametrize(
        ("action", "email_type"), [(postpone_session, "session_postponed"), (cancel_session, "session_cancelled")]
    )
    def test_cancelling_twice_keeps_the_notice_with_its_first_reason(self, cast: Cast, action: Any, email_type: str):
        session = confirmed_session(cast, DAY)
        for reason in ("Snow", "Strike"):
            again = action(session=session, reason=reason, at=NOW, by=cast["P"])
        assert (again.reason, announcements(again)) == ("Snow", [(email_type, 1, "planned")])

    def test_cancelling_a_session_long_past_informs_nobody(self, cast: Cast):
        late = datetime(2027, 4, 1, tzinfo=UTC)
        session = cancel_session(session=confirmed_session(cast, DAY), reason="Nobody came", at=late, by=cast["P"])
        assert announcements(session) == []

    def test_withdrawn_cohort_cancels_its_sessions(self, cast: Cast):
        session = confirmed_session(cast, DAY)
        withdraw_cohort(cohort=cast.cohort, reason="Budget", at=NOW, by=cast["S"])
        assert announcements(session) == [("session_cancelled", 1, "planned")]

    @pytest.mark.parametrize("action", [postpone_session, cancel_session])
    def test_cancelling_a_kind_without_emails_informs_nobody(self, cast: Cast, action):
        session = action(session=confirmed_session(cast, DAY, kind="immersion"), reason="Snow", at=NOW, by=cast["P"])
        assert announcements(session) == []


class TestAnotherKind:
    def describe_reminder(self, session: Session, kind: str, cast: Cast) -> Session:
        return describe_session(session=session, number="4", kind=kind, title="Fabriquer", at=NOW, by=cast["P"])

    def test_new_kind_plans_the_emails_of_its_own_schedule(self, cast: Cast):
        session = self.describe_reminder(confirmed_session(cast, DAY), "steering", cast)
        assert reminder_rows(session, kind="group_session") == [
            (step, "cancelled", "other_kind") for step in STEPS["group_session"]
        ]
        assert reminder_rows(session, kind="stakeholder_session", version=2) == [
            (step, "planned", "") for step in STEPS["stakeholder_session"]
        ]

    def test_changing_the_kind_back_restores_the_emails(self, cast: Cast):
        session = self.describe_reminder(
            self.describe_reminder(confirmed_session(cast, DAY), "immersion", cast), "group", cast
        )
        assert session.version == 3
        assert reminder_rows(session, version=3) == [(step, "planned", "") for step in STEPS["group_session"]]

    @pytest.mark.parametrize("kind", ["steering", "immersion"])
    def test_change_notice_leaves_in_spite_of_a_new_kind(self, cast: Cast, kind: str):
        moved = move_session(session=confirmed_session(cast, DAY), days=day_plans(LATER), at=NOW, by=cast["P"])
        assert announcements(self.describe_reminder(moved, kind, cast)) == [("session_changed", 2, "planned")]

    @pytest.mark.parametrize("kind", ["group", "kick_off"])
    def test_kind_with_the_same_schedule_changes_nothing(self, cast: Cast, kind: str):
        session = self.describe_reminder(confirmed_session(cast, DAY), kind, cast)
        assert (session.version, reminder_rows(session)) == (
            1,
            [(step, "planned", "") for step in STEPS["group_session"]],
        )


class TestUselessEmails:
    def recorded(self, session: Session, cast: Cast, *, but: int = 0) -> None:
        rows = Attendance.objects.filter(day__session=session).select_related("day", "member")
        marks = {(row.day, row.member): AttendanceMark("present") for row in list(rows)[but:]}
        record_attendance(session=session, marks=marks, today=DAY, by=cast["P"])

    def test_attendance_email_stays_while_attendance_is_missing(self, cast: Cast):
        session = confirmed_session(cast, DAY)
        self.recorded(session, cast, but=1)
        assert reminder_rows(session)[-1] == ("attendance", "planned", "")

    def test_attendance_email_is_cancelled_once_attendance_is_complete(self, cast: Cast):
        session = confirmed_session(cast, DAY)
        self.recorded(session, cast)
        assert reminder_rows(session)[-1] == ("attendance", "cancelled", "settled")

    def test_attendance_email_stays_before_the_last_day(self, cast: Cast):
        session = confirmed_session(cast, DAY, NEXT)
        rows = Attendance.objects.filter(day__session=session, day__date=DAY).select_related("day", "member")
        marks = {(row.day, row.member): AttendanceMark("present") for row in rows}
        record_attendance(session=session, marks=marks, today=DAY, by=cast["P"])
        assert reminder_rows(session)[-1] == ("attendance", "planned", "")

    def reported(self, session: Session, at: datetime, cast: Cast) -> Session:
        held = hold_session(session=session, today=at.date(), by=cast["P"])
        return report_session(session=held, report="What was said", at=at, by=cast["P"])

    def test_written_report_cancels_the_report_email(self, cast: Cast):
        session = self.reported(
            confirmed_session(cast, DAY, kind="steering"), datetime(2027, 3, 17, 12, tzinfo=UTC), cast
        )
        states = {step: (state, reason) for step, state, reason in reminder_rows(session)}
        assert states["report_missing"] == ("cancelled", "settled")
        assert (states["summary"], announcements(session)) == (("planned", ""), [])

    def test_late_report_sends_the_missed_summary(self, cast: Cast):
        session = confirmed_session(cast, DAY, kind="steering")
        Reminder.objects.filter(step="summary").update(state="expanded")
        at = datetime(2027, 3, 24, 12, tzinfo=UTC)
        self.reported(session, at, cast)
        late = Reminder.objects.get(event_day=None)
        assert (late.email_type, late.audience, late.due_at) == ("stakeholder_summary", "attendees", at)
        assert late.expires_at == Reminder.objects.get(step="summary").expires_at

    def test_late_report_sends_no_expired_summary(self, cast: Cast):
        session = confirmed_session(cast, DAY, kind="steering")
        Reminder.objects.filter(step="summary").update(state="expanded")
        self.reported(session, datetime(2027, 6, 1, 12, tzinfo=UTC), cast)
        assert announcements(session) == []

    def test_summary_is_sent_only_once(self, cast: Cast):
        session = confirmed_session(cast, DAY, kind="steering")
        row = Reminder.objects.get(step="summary")
        row.state = "expanded"
        row.save()
        DeliveryFactory(user=cast["M"], reminder=row, state="sent")
        self.reported(session, datetime(2027, 3, 24, 12, tzinfo=UTC), cast)
        assert announcements(session) == []


class TestVersionRule:
    """Raw SQL cannot change days for which e-mails are planned under the current version."""

    @pytest.fixture
    def session(self, cast: Cast) -> Session:
        return confirmed_session(cast, DAY, NEXT)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE cohorts_sessionday SET date = '2027-03-17' WHERE session_id = %s AND date = '2027-03-16'",
            "UPDATE cohorts_sessionday SET starts_at = '10:00' WHERE session_id = %s",
            "UPDATE cohorts_sessionday SET venue = 'Gare' WHERE session_id = %s",
            "DELETE FROM cohorts_sessionday WHERE session_id = %s AND date = '2027-03-23'",
            "INSERT INTO cohorts_sessionday (session_id, date, date_precision, venue)"
            " VALUES (%s, '2027-03-30', 'day', '')",
        ],
    )
    def test_days_change_only_under_a_higher_version(self, session: Session, change: str):
        if change.startswith("DELETE"):
            run_sql("DELETE FROM cohorts_attendance")
        with refused("session_version"):
            run_sql(change, session.pk)
        run_sql("UPDATE cohorts_session SET version = 2 WHERE id = %s", session.pk)
        assert run_sql(change, session.pk) in {1, 2}

    def test_version_never_decreases(self, session: Session):
        run_sql("UPDATE cohorts_session SET version = 3 WHERE id = %s", session.pk)
        with refused("session_version"):
            run_sql("UPDATE cohorts_session SET version = 2 WHERE id = %s", session.pk)

    def test_rescheduled_session_needs_a_higher_version(self, session: Session):
        run_sql("UPDATE cohorts_session SET state = 'postponed' WHERE id = %s", session.pk)
        with refused("session_version"):
            run_sql("UPDATE cohorts_session SET state = 'scheduled' WHERE id = %s", session.pk)
        assert run_sql("UPDATE cohorts_session SET state = 'scheduled', version = 2 WHERE id = %s", session.pk) == 1

    def test_days_without_planned_emails_change_under_any_version(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort)
        assert run_sql("UPDATE cohorts_sessionday SET date = '2027-03-03' WHERE session_id = %s", session.pk) == 1
