"""The default reminder schedules, written out by hand for real dates."""

from datetime import UTC, date, datetime

import pytest

from notifications.reminders.schedule import ScheduleStep, plan
from programmes.formats.reminder_schedules import (
    DEFAULT_REMINDER_SCHEDULES,
    EXCHANGE,
    GROUP_SESSION,
    IDEA,
    INNOVATION_TEAM,
    STAKEHOLDER_SESSION,
    ReminderSchedule,
    approximate_days,
    audiences_of,
    email_types_of,
)

PARIS = "Europe/Paris"
PUBLIC_HOLIDAYS = {
    date(2026, 11, 11),
    date(2027, 1, 1),
    date(2027, 3, 29),
    date(2027, 5, 1),
    date(2027, 5, 6),
    date(2027, 5, 8),
    date(2027, 5, 17),
    date(2027, 7, 14),
    date(2027, 11, 1),
    date(2027, 11, 11),
}


def is_open(day: date) -> bool:
    """The lab's closed days, for a host without local holidays."""
    summer = (7, 10) <= (day.month, day.day) <= (8, 31)
    new_year = (day.month, day.day) >= (12, 15) or (day.month, day.day) <= (1, 2)
    return day.weekday() < 5 and not summer and not new_year and day not in PUBLIC_HOLIDAYS


def rows_of(schedule: ReminderSchedule) -> list[tuple[str, str, bool]]:
    return [(str(step.offset), step.audience, step.alone) for step in schedule]


def dates(schedule: ReminderSchedule, day: date) -> list[tuple[str, str]]:
    rows = plan(schedule, day, PARIS, is_open, datetime(2026, 1, 1, tzinfo=UTC))
    return [(row.step.slug, f"{row.due_at:%Y-%m-%d %H:%M}") for row in rows if row.state == "planned"]


def states(schedule: ReminderSchedule, day: date, at: datetime) -> dict[str, str]:
    return {row.step.slug: row.state for row in plan(schedule, day, PARIS, is_open, at)}


def test_the_exchange_reminder_schedule_row_by_row() -> None:
    assert rows_of(EXCHANGE) == [
        ("-26w", "lab", False),
        ("-22w", "host_pilot", False),
        ("-20w", "host_pilot", False),
        ("-18w", "lab", False),
        ("-16w", "active_members", True),
        ("-12w", "invited", True),
        ("-8w", "unanswered", False),
        ("-6w", "unanswered", False),
        ("-5w", "host_and_lab", False),
        ("-4w", "contribution_missing", False),
        ("-3w", "registered", True),
        ("-2w", "contribution_missing", False),
        ("-1w", "registered", False),
        ("-2wd", "registered", False),
        ("+1wd", "attendees", False),
        ("+10wd", "members", False),
        ("+30d", "commitment_owners", False),
        ("+8w", "lab", False),
        ("+90d", "commitment_owners", False),
    ]


def test_the_stakeholder_session_reminder_schedule_row_by_row() -> None:
    assert rows_of(STAKEHOLDER_SESSION) == [
        ("-45d", "elected_and_direction", True),
        ("-30d", "not_yet_invited", True),
        ("-15d", "unanswered", False),
        ("-7d", "expected", False),
        ("-2wd", "expected", False),
        ("+2wd", "attendees", False),
        ("+3wd", "facilitator_without_report", False),
        ("+30d", "attendees", False),
    ]


def test_the_group_session_reminder_schedule_row_by_row() -> None:
    assert rows_of(GROUP_SESSION) == [
        ("-21d", "expected", True),
        ("-7d", "expected", False),
        ("-1wd", "expected", False),
        ("+1wd", "facilitator", False),
    ]


def test_the_idea_reminder_schedule_row_by_row() -> None:
    assert rows_of(IDEA) == [
        ("+3m", "owner", False),
        ("+6m", "owner", False),
        ("+12m", "owner", False),
        ("+24m", "owner", False),
    ]


def test_the_exchange_of_16_march_2027_in_utc() -> None:
    """22 December is closed, so registration opens on the 14th; Easter Monday is not a working day."""
    assert dates(EXCHANGE, date(2027, 3, 16)) == [
        ("choose_host", "2026-09-15 07:00"),
        ("confirm_host", "2026-10-13 07:00"),
        ("confirm_host_again", "2026-10-27 08:00"),
        ("host_unconfirmed", "2026-11-10 08:00"),
        ("save_the_date", "2026-11-24 08:00"),
        ("registration_opens", "2026-12-14 08:00"),
        ("answer_awaited", "2027-01-19 08:00"),
        ("answer_awaited_again", "2027-02-02 08:00"),
        ("final_numbers", "2027-02-09 08:00"),
        ("contribution", "2027-02-16 08:00"),
        ("confirm_or_cancel", "2027-02-23 08:00"),
        ("contribution_again", "2027-03-02 08:00"),
        ("programme", "2027-03-09 08:00"),
        ("last_note", "2027-03-12 08:00"),
        ("thanks", "2027-03-17 08:00"),
        ("report", "2027-03-31 07:00"),
        ("commitments", "2027-04-15 07:00"),
        ("next_host", "2027-05-11 07:00"),
        ("commitments_again", "2027-06-14 07:00"),
    ]


def test_the_stakeholder_session_of_11_may_2027_in_utc() -> None:
    """27 March is a Saturday, 11 April and 10 June a Sunday and a Thursday; Whit Monday is the 17th."""
    assert dates(STAKEHOLDER_SESSION, date(2027, 5, 11)) == [
        ("early_invitation", "2027-03-26 08:00"),
        ("invitation", "2027-04-09 07:00"),
        ("answer_awaited", "2027-04-26 07:00"),
        ("details", "2027-05-04 07:00"),
        ("last_note", "2027-05-07 07:00"),
        ("summary", "2027-05-13 07:00"),
        ("report_missing", "2027-05-14 07:00"),
        ("outcome", "2027-06-10 07:00"),
    ]


def test_the_group_session_of_20_may_2027_in_utc() -> None:
    assert dates(GROUP_SESSION, date(2027, 5, 20)) == [
        ("dates", "2027-04-29 07:00"),
        ("details", "2027-05-13 07:00"),
        ("last_note", "2027-05-19 07:00"),
        ("attendance", "2027-05-21 07:00"),
    ]


def test_the_idea_handed_over_on_30_november_2026_in_utc() -> None:
    assert dates(IDEA, date(2026, 11, 30)) == [
        ("after_3_months", "2027-03-01 08:00"),
        ("after_6_months", "2027-05-31 07:00"),
        ("after_12_months", "2027-11-30 08:00"),
        ("after_24_months", "2028-11-30 08:00"),
    ]


def test_the_innovation_team_that_opened_on_2_march_2026_in_utc() -> None:
    assert dates(INNOVATION_TEAM, date(2026, 3, 2)) == [
        ("after_6_months", "2026-09-02 07:00"),
        ("after_12_months", "2027-03-02 08:00"),
        ("after_24_months", "2028-03-02 08:00"),
    ]


def test_an_exchange_created_six_weeks_ahead_asks_for_answers_only() -> None:
    found = states(EXCHANGE, date(2027, 3, 16), datetime(2027, 2, 3, tzinfo=UTC))
    assert list(found.values()) == ["skipped"] * 7 + ["due"] + ["planned"] * 11
    assert [slug for slug, state in found.items() if state == "due"] == ["answer_awaited_again"]


def test_an_early_autumn_exchange_loses_no_calendar_part_to_the_summer_closure() -> None:
    found = states(EXCHANGE, date(2027, 9, 14), datetime(2027, 1, 4, tzinfo=UTC))
    assert [slug for slug, state in found.items() if state != "planned"] == ["answer_awaited", "contribution"]
    assert found["confirm_or_cancel"] == "planned"


def test_an_idea_recorded_five_months_after_its_handover_is_asked_about_at_once() -> None:
    found = states(IDEA, date(2026, 11, 30), datetime(2027, 4, 30, tzinfo=UTC))
    assert list(found.values()) == ["due", "planned", "planned", "planned"]


def test_each_follow_up_of_an_idea_is_useful_until_the_next() -> None:
    rows = plan(IDEA, date(2026, 11, 30), PARIS, is_open, datetime(2026, 12, 1, tzinfo=UTC))
    assert [row.expires_at for row in rows[:-1]] == [row.due_at for row in rows[1:]]


@pytest.mark.parametrize("schedule", DEFAULT_REMINDER_SCHEDULES.values(), ids=DEFAULT_REMINDER_SCHEDULES.keys())
def test_slugs_are_unique_within_a_reminder_schedule(schedule: ReminderSchedule) -> None:
    slugs = [step.slug for step in schedule]
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("schedule", DEFAULT_REMINDER_SCHEDULES.values(), ids=DEFAULT_REMINDER_SCHEDULES.keys())
def test_steps_of_a_reminder_schedule_are_in_order_of_time(schedule: ReminderSchedule) -> None:
    rows = plan(schedule, date(2027, 3, 16), PARIS, is_open, datetime(2026, 1, 1, tzinfo=UTC))
    assert rows == sorted(rows, key=lambda row: row.due_at)


@pytest.mark.parametrize("schedule", DEFAULT_REMINDER_SCHEDULES.values(), ids=DEFAULT_REMINDER_SCHEDULES.keys())
def test_a_step_round_trips_through_texts(schedule: ReminderSchedule) -> None:
    again = tuple(
        ScheduleStep.read(s.slug, str(s.offset), s.audience, s.email_type, alone=s.alone, until=str(s.until or ""))
        for s in schedule
    )
    assert again == schedule


def test_a_type_of_email_belongs_to_one_kind_of_event() -> None:
    kinds = {kind: {step.email_type for step in schedule} for kind, schedule in DEFAULT_REMINDER_SCHEDULES.items()}
    email_types = [email_type for found in kinds.values() for email_type in found]
    assert len(set(email_types)) == len(email_types)


def test_there_is_a_reminder_schedule_for_each_kind_of_event() -> None:
    assert dict(DEFAULT_REMINDER_SCHEDULES) == {
        "exchange": EXCHANGE,
        "stakeholder_session": STAKEHOLDER_SESSION,
        "group_session": GROUP_SESSION,
        "idea": IDEA,
        "innovation_team": INNOVATION_TEAM,
    }


def test_email_types_of_a_kind_come_from_its_default_schedule() -> None:
    assert email_types_of("group_session") == ["group_dates", "group_details", "group_last_note", "group_attendance"]
    assert email_types_of("idea") == ["idea_follow_up"]
    assert email_types_of("innovation_team") == ["team_follow_up"]
    assert len(email_types_of("exchange")) == 15


def test_audiences_of_a_kind_come_from_its_default_schedule() -> None:
    assert audiences_of("group_session") == ["expected", "facilitator"]
    assert audiences_of("idea") == ["owner"]


@pytest.mark.parametrize("schedule", DEFAULT_REMINDER_SCHEDULES.values(), ids=DEFAULT_REMINDER_SCHEDULES.keys())
def test_approximate_days_keep_the_order_of_the_default_schedules(schedule: ReminderSchedule) -> None:
    near = [approximate_days(step.offset) for step in schedule]
    assert near == sorted(near)
