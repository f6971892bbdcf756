"""Every clock change from 2026 to 2037 at every host: e-mails are sent at nine, calendar entries keep their days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar as Read

from notifications.reminders.schedule import plan
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.workdays import Calendar, is_working_day
from web.calendars.ics import CalendarEntry, render_invitation

YEARS = range(2026, 2038)
CALENDARS = {
    "Europe/Paris": Calendar(None, "C"),
    "America/Cayenne": Calendar("973"),
    "Indian/Reunion": Calendar("974"),
}


def last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


CHANGES = [last_sunday(year, month) for year in YEARS for month in (3, 10)]


def offset(day: date, zone: str, hour: int) -> timedelta | None:
    return datetime.combine(day, time(hour), ZoneInfo(zone)).utcoffset()


def test_clock_changes_of_paris_are_as_expected_and_overseas_has_none() -> None:
    for zone in CALENDARS:
        changing = [
            day
            for year in YEARS
            for day in (date(year, 1, 1) + timedelta(days=n) for n in range(365))
            if offset(day, zone, 0) != offset(day, zone, 12)
        ]
        assert changing == (CHANGES if zone == "Europe/Paris" else [])


def days_near(change: date) -> list[date]:
    """Return first days next to the change, and those with an e-mail on the Friday or Monday next to it."""
    weeks = (0, 1, 2, 3, 4, 5, 6, 8, 12, 16, 18, 20, 22, 26)
    return [change + timedelta(weeks=n, days=more) for n in weeks for more in (-2, -1, 0, 1, 2)]


@pytest.mark.parametrize("zone", CALENDARS)
def test_every_email_of_the_schedule_is_sent_at_nine_local_on_a_working_day(zone: str) -> None:
    wrong = []
    for day in [day for change in CHANGES for day in days_near(change)]:
        rows = plan(
            DEFAULT_REMINDER_SCHEDULES["exchange"],
            day,
            zone,
            lambda one: is_working_day(one, CALENDARS[zone]),
            datetime(2020, 1, 1, tzinfo=UTC),
        )
        for row in rows:
            local = row.due_at.astimezone(ZoneInfo(zone))
            if local.time() != time(9) or not is_working_day(local.date(), CALENDARS[zone]):
                wrong.append((day, row.step.slug, local))
    assert wrong == []


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_utc_hour_of_sending_changes_with_the_clock(change: date) -> None:
    steps = [step for step in DEFAULT_REMINDER_SCHEDULES["exchange"] if step.slug == "last_note"]
    before, after = (
        plan(steps, day, "Europe/Paris", lambda _day: True, datetime(2020, 1, 1, tzinfo=UTC))[0].due_at
        for day in (change, change + timedelta(days=3))
    )
    assert {before.hour, after.hour} == {7, 8}
    assert (before.hour, after.hour) == ((8, 7) if change.month == 3 else (7, 8))


def read(entry: CalendarEntry) -> tuple[object, object]:
    text = render_invitation(
        entry, uid="u@lab.example", sequence=1, at=datetime(2026, 1, 1, tzinfo=UTC), organizer=("", "l@x.example"),
        attendee=("", "a@x.example"),
    )  # fmt: skip
    event = Read.from_ical(text).walk("VEVENT")[0]
    return event.decoded("DTSTART"), event.decoded("DTEND")


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_calendar_entry_across_a_clock_change_keeps_full_days(change: date) -> None:
    first, last = change - timedelta(days=1), change + timedelta(days=1)
    assert read(CalendarEntry(first, last, "Intertransfo 2", "TENTATIVE")) == (first, last + timedelta(days=1))


def local_time(moment: datetime) -> tuple[datetime, timedelta | None]:
    return moment.replace(tzinfo=None), moment.utcoffset()


@pytest.mark.parametrize("zone", CALENDARS)
def test_hours_across_a_clock_change_are_local(zone: str) -> None:
    wrong = {}
    for change in CHANGES:
        starts = datetime.combine(change - timedelta(days=1), time(9, 30), ZoneInfo(zone))
        ends = datetime.combine(change + timedelta(days=1), time(16), ZoneInfo(zone))
        moments = read(CalendarEntry(starts, ends, "Intertransfo 2", "TENTATIVE"))
        if [local_time(moment) for moment in moments] != [local_time(starts), local_time(ends)]:
            wrong[change] = moments
    assert wrong == {}
