"""When e-mails are sent and expire, what late planning skips, and what is merged."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.reminders.schedule import (
    NoOpenDayError,
    Offset,
    OffsetError,
    PlannedStep,
    ScheduleStep,
    due_at,
    event_uid,
    expires_at,
    group_into_emails,
    message_uuid,
    parse_offset,
    plan,
)

PARIS = "Europe/Paris"
ZONES = (PARIS, "America/Cayenne", "Indian/Reunion")
FIRST, LAST = date(2026, 1, 1), date(2037, 12, 31)
IsOpen = Callable[[date], bool]


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def always(day: date) -> bool:
    return True


def never(day: date) -> bool:
    return False


def lab_calendar(day: date) -> bool:
    """Weekends, 10 July to 31 August and 15 December to 2 January are closed."""
    summer = (7, 10) <= (day.month, day.day) <= (8, 31)
    new_year = (day.month, day.day) >= (12, 15) or (day.month, day.day) <= (1, 2)
    return weekdays(day) and not summer and not new_year


CALENDARS: tuple[IsOpen, ...] = (always, weekdays, lab_calendar)


def step_at(offset: str, audience: str = "registered", *, alone: bool = False, until: str = "") -> ScheduleStep:
    return ScheduleStep.read(f"{audience}{offset}", offset, audience, "note", alone=alone, until=until)


def leaving_day(offset: str, day: date, is_open: IsOpen = always, zone: str = PARIS) -> date:
    return due_at(step_at(offset), day, zone, is_open).astimezone(ZoneInfo(zone)).date()


def nine(year: int, month: int, day: int, zone: str = PARIS) -> datetime:
    return datetime(year, month, day, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def every_day() -> Iterator[date]:
    return (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))


units = st.sampled_from(["w", "wd", "d", "m"])
amounts = st.integers(1, 60).flatmap(lambda n: st.sampled_from([n, -n]))
offsets = st.builds(Offset, amounts, units)
days = st.dates(FIRST, LAST)
zones = st.sampled_from(ZONES)
closed_days = st.sets(st.integers(0, 6), max_size=5)
calendars = closed_days.map(lambda shut: lambda day: lab_calendar(day) and day.weekday() not in shut - {1, 3})
moments = st.datetimes(datetime(2025, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def schedules(draw: st.DrawFn) -> list[ScheduleStep]:
    audiences = st.sampled_from(["lab", "registered", "attendees"])
    expiries = st.one_of(st.none(), offsets)
    rows = draw(st.lists(st.tuples(offsets, audiences, st.booleans(), expiries), max_size=8))
    return [
        ScheduleStep(f"step-{n}", offset, who, "note", alone, end) for n, (offset, who, alone, end) in enumerate(rows)
    ]


# Offsets


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [("-26w", -26, "w"), ("-2wd", -2, "wd"), ("+1wd", 1, "wd"), ("+30d", 30, "d"), ("-21d", -21, "d"), ("+3m", 3, "m")],
)
def test_an_offset_is_parsed_and_printed_back(text: str, amount: int, unit: str) -> None:
    offset = parse_offset(text)
    assert (offset.amount, offset.unit, str(offset)) == (amount, unit, text)


@given(st.integers(-999, 999).filter(bool), units)
def test_every_offset_round_trips_through_its_text(amount: int, unit: str) -> None:
    offset = Offset(amount, unit)  # type: ignore[arg-type]  # drawn from the four units
    assert parse_offset(str(offset)) == offset


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2wd",
        "−2wd",
        "–2wd",
        "-2",
        "wd",
        "-0d",
        "+0w",
        "-02d",
        "- 2d",
        "-2d ",
        "-2d\n",
        "-1000d",
        "-2y",
        "-2W",
        "+٣d",
    ],
)
def test_invalid_offsets_are_refused_with_instructions(text: str) -> None:
    with pytest.raises(OffsetError) as refused:
        parse_offset(text)
    assert refused.value.text == text
    assert str(refused.value) == (
        f"“{text}” does not say when an email leaves. Write + or - (the keyboard's),"
        " a number from 1 to 999, then w, wd, d or m: -2wd, +3m."
    )


@given(st.one_of(st.text(max_size=6), st.text("+-−0123wdmy ", max_size=6)))
def test_any_text_is_either_an_offset_that_prints_the_same_or_an_offset_error(text: str) -> None:
    try:
        read = str(parse_offset(text))
    except OffsetError as refused:
        read = refused.text
    assert read == text


@pytest.mark.parametrize("amount", [0, 1000, -1000])
def test_a_constructed_offset_obeys_the_same_limits(amount: int) -> None:
    with pytest.raises(OffsetError):
        Offset(amount, "d")


def test_an_offset_knows_its_side_of_the_event() -> None:
    assert (parse_offset("-1wd").before, parse_offset("+1wd").before) == (True, False)


def test_a_step_is_built_from_texts() -> None:
    assert ScheduleStep.read("dates", "-21d", "expected", "group_dates", alone=True, until="-7d") == ScheduleStep(
        "dates", Offset(-21, "d"), "expected", "group_dates", alone=True, until=Offset(-7, "d")
    )


def test_a_step_is_merged_and_without_expiry_by_default() -> None:
    step = ScheduleStep.read("details", "-7d", "expected", "group_details")
    assert (step.alone, step.until) == (False, None)


@pytest.mark.parametrize(("offset", "until"), [("soon", ""), ("-7d", "later")])
def test_a_step_with_an_invalid_offset_is_refused(offset: str, until: str) -> None:
    with pytest.raises(OffsetError):
        ScheduleStep.read("details", offset, "expected", "group_details", until=until)


# When an e-mail is sent


@pytest.mark.parametrize(
    ("offset", "day", "leaves"),
    [
        ("-1w", date(2027, 3, 16), date(2027, 3, 9)),
        ("-21d", date(2027, 3, 16), date(2027, 2, 23)),
        ("+30d", date(2027, 3, 16), date(2027, 4, 15)),
        ("+3m", date(2027, 3, 16), date(2027, 6, 16)),
        ("-1m", date(2027, 3, 31), date(2027, 2, 28)),
        ("+3m", date(2027, 11, 30), date(2028, 2, 29)),
        ("+24m", date(2028, 2, 29), date(2030, 2, 28)),
    ],
)
def test_weeks_days_and_months_are_counted_on_the_calendar(offset: str, day: date, leaves: date) -> None:
    assert leaving_day(offset, day) == leaves


@pytest.mark.parametrize(
    ("offset", "leaves"),
    [
        ("-1wd", date(2027, 3, 12)),
        ("-2wd", date(2027, 3, 11)),
        ("-6wd", date(2027, 3, 5)),
        ("+1wd", date(2027, 3, 16)),
        ("+5wd", date(2027, 3, 22)),
    ],
)
def test_working_days_count_open_days_only(offset: str, leaves: date) -> None:
    a_monday = date(2027, 3, 15)
    assert leaving_day(offset, a_monday, weekdays) == leaves


def test_working_days_do_not_need_the_event_itself_on_an_open_day() -> None:
    a_saturday = date(2027, 3, 13)
    assert leaving_day("-1wd", a_saturday, weekdays) == date(2027, 3, 12)
    assert leaving_day("+1wd", a_saturday, weekdays) == date(2027, 3, 15)


def test_before_the_event_a_closed_day_gives_way_to_the_open_day_before_it() -> None:
    a_sunday = date(2027, 3, 14)
    assert leaving_day("-1w", a_sunday, weekdays) == date(2027, 3, 5)
    assert leaving_day("-8w", date(2027, 10, 5), lab_calendar) == date(2027, 7, 9)


def test_after_the_event_a_closed_day_gives_way_to_the_next_open_day() -> None:
    a_sunday = date(2027, 3, 14)
    assert leaving_day("+1w", a_sunday, weekdays) == date(2027, 3, 22)
    assert leaving_day("+30d", date(2027, 6, 15), lab_calendar) == date(2027, 9, 1)


@pytest.mark.parametrize(
    ("offset", "day", "zone", "moment"),
    [
        ("-1w", date(2027, 3, 30), PARIS, datetime(2027, 3, 23, 8, tzinfo=UTC)),
        ("-1wd", date(2027, 3, 30), PARIS, datetime(2027, 3, 29, 7, tzinfo=UTC)),
        ("-1w", date(2027, 11, 3), PARIS, datetime(2027, 10, 27, 7, tzinfo=UTC)),
        ("-1wd", date(2027, 11, 3), PARIS, datetime(2027, 11, 2, 8, tzinfo=UTC)),
        ("-1w", date(2027, 3, 30), "America/Cayenne", datetime(2027, 3, 23, 12, tzinfo=UTC)),
        ("-1w", date(2027, 3, 30), "Indian/Reunion", datetime(2027, 3, 23, 5, tzinfo=UTC)),
    ],
)
def test_nine_in_the_morning_stays_nine_across_a_clock_change(
    offset: str, day: date, zone: str, moment: datetime
) -> None:
    due = due_at(step_at(offset), day, zone, weekdays)
    assert (due, due.tzinfo) == (moment, UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("offset", ["-1w", "-2wd", "+1wd"])
def test_every_event_from_2026_to_2037_has_its_emails_at_nine_on_an_open_day(zone: str, offset: str) -> None:
    step, here = step_at(offset), ZoneInfo(zone)
    wrong = []
    for day in every_day():
        local = due_at(step, day, zone, lab_calendar).astimezone(here)
        if local.time() != time(9) or not lab_calendar(local.date()):
            wrong.append((day, local))
    assert wrong == []


@given(offsets, days, zones, calendars)
def test_no_email_is_sent_on_a_closed_day_or_at_another_hour(
    offset: Offset, day: date, zone: str, is_open: IsOpen
) -> None:
    local = due_at(ScheduleStep("s", offset, "lab", "note"), day, zone, is_open).astimezone(ZoneInfo(zone))
    assert (local.time(), is_open(local.date()), local.date() < day) == (time(9), True, offset.before)


@given(st.integers(1, 40), days, calendars)
def test_working_day_offsets_count_exactly_that_many_open_days(count: int, day: date, is_open: IsOpen) -> None:
    before, after = leaving_day(f"-{count}wd", day, is_open), leaving_day(f"+{count}wd", day, is_open)
    earlier = [before + timedelta(days=n) for n in range((day - before).days)]
    later = [after - timedelta(days=n) for n in range((after - day).days)]
    assert (sum(map(is_open, earlier)), sum(map(is_open, later))) == (count, count)


@given(offsets.filter(lambda offset: offset.unit != "wd"), days, calendars)
def test_closed_days_move_an_email_only_away_from_the_event(offset: Offset, day: date, is_open: IsOpen) -> None:
    unadjusted, leaves = leaving_day(str(offset), day, always), leaving_day(str(offset), day, is_open)
    early, late = min(unadjusted, leaves), max(unadjusted, leaves)
    crossed = [early + timedelta(days=n) for n in range((late - early).days + 1)]
    assert [d for d in crossed if is_open(d)] == [leaves]
    assert (leaves - unadjusted).days * offset.amount >= 0


@pytest.mark.parametrize("offset", ["-1w", "+1w", "-1wd", "+1m"])
def test_a_calendar_without_an_open_day_is_an_error_and_not_an_endless_search(offset: str) -> None:
    with pytest.raises(NoOpenDayError, match="correct the closed periods of the calendar"):
        leaving_day(offset, date(2027, 3, 16), never)


def test_the_error_names_the_day_around_which_nothing_is_open() -> None:
    with pytest.raises(NoOpenDayError) as refused:
        leaving_day("-1w", date(2027, 3, 16), never)
    assert refused.value.day == date(2027, 3, 9)


def test_a_closure_of_a_whole_year_is_still_crossed() -> None:
    last_open = date(2026, 3, 9)
    assert leaving_day("-1w", date(2027, 3, 16), lambda day: day <= last_open) == last_open


# When an e-mail expires

TUESDAY = date(2027, 3, 16)
START_OF_TUESDAY = datetime(2027, 3, 15, 23, tzinfo=UTC)


def expiry(step: ScheduleStep, *schedule: ScheduleStep, day: date = TUESDAY) -> datetime:
    return expires_at(step, day, PARIS, weekdays, schedule)


def test_an_email_before_the_event_expires_when_the_next_to_the_same_audience_is_due() -> None:
    first, other, second = step_at("-3w"), step_at("-2w", "lab"), step_at("-1w")
    assert expiry(first, first, other, second) == nine(2027, 3, 9)


def test_the_last_email_before_the_event_expires_at_the_start_of_its_day() -> None:
    last, thanks = step_at("-1w"), step_at("+1wd")
    assert expiry(last, last, thanks) == START_OF_TUESDAY


def test_a_separate_email_is_not_replaced_by_the_next_one() -> None:
    confirmation, programme = step_at("-3w", alone=True), step_at("-1w")
    assert expiry(confirmation, confirmation, programme) == START_OF_TUESDAY


def test_a_step_outside_the_given_schedule_expires_at_the_event() -> None:
    assert expiry(step_at("-3w"), step_at("-1w")) == START_OF_TUESDAY
    assert expiry(step_at("-3w")) == START_OF_TUESDAY


def test_a_step_may_have_its_own_expiry() -> None:
    first, second = step_at("-3w", until="-8d"), step_at("-1w")
    assert expiry(first, first, second) == nine(2027, 3, 8)
    assert expiry(step_at("+1wd", until="+3m")) == nine(2027, 6, 16)


def test_no_reminder_before_the_event_expires_after_its_start() -> None:
    assert expiry(step_at("-1w", until="+2d")) == START_OF_TUESDAY


def test_an_email_after_the_event_expires_after_fourteen_days() -> None:
    assert expiry(step_at("+1wd"), step_at("+1wd"), step_at("+2wd")) == nine(2027, 3, 31)
    assert expiry(step_at("-1w"), day=date(2027, 3, 30)) == datetime(2027, 3, 29, 22, tzinfo=UTC)


@given(schedules(), days, zones, calendars)
def test_every_email_before_the_event_expires_by_the_start_of_its_day(
    schedule: list[ScheduleStep], day: date, zone: str, is_open: IsOpen
) -> None:
    start = datetime.combine(day, time.min, ZoneInfo(zone))
    late = [s for s in schedule if s.offset.before and expires_at(s, day, zone, is_open, schedule) > start]
    assert late == []


# Planning a reminder schedule


def outcome(rows: list[PlannedStep]) -> list[tuple[str, str, str]]:
    return [(row.step.slug, row.state, row.reason) for row in rows]


REMINDER_SCHEDULE = (
    step_at("-26w", "lab"),
    step_at("-8w"),
    step_at("-4w", "missing"),
    step_at("-1w"),
    step_at("+1wd", "attendees"),
)


def test_planning_in_time_plans_every_step() -> None:
    assert plan(REMINDER_SCHEDULE, TUESDAY, PARIS, weekdays, datetime(2026, 9, 1, tzinfo=UTC)) == [
        PlannedStep(REMINDER_SCHEDULE[0], nine(2026, 9, 15), START_OF_TUESDAY, "planned"),
        PlannedStep(REMINDER_SCHEDULE[1], nine(2027, 1, 19), nine(2027, 3, 9), "planned"),
        PlannedStep(REMINDER_SCHEDULE[2], nine(2027, 2, 16), START_OF_TUESDAY, "planned"),
        PlannedStep(REMINDER_SCHEDULE[3], nine(2027, 3, 9), START_OF_TUESDAY, "planned"),
        PlannedStep(REMINDER_SCHEDULE[4], nine(2027, 3, 17), nine(2027, 3, 31), "planned"),
    ]


def test_late_planning_sends_only_the_latest_overdue_step() -> None:
    rows = plan(REMINDER_SCHEDULE, TUESDAY, PARIS, weekdays, datetime(2027, 3, 1, tzinfo=UTC))
    assert outcome(rows) == [
        ("lab-26w", "skipped", "late"),
        ("registered-8w", "skipped", "late"),
        ("missing-4w", "due", ""),
        ("registered-1w", "planned", ""),
        ("attendees+1wd", "planned", ""),
    ]


def test_a_step_is_due_from_the_exact_minute() -> None:
    at = nine(2027, 1, 19)
    states = [
        [row.state for row in plan(REMINDER_SCHEDULE, TUESDAY, PARIS, weekdays, moment)][:2]
        for moment in (at - timedelta(minutes=1), at)
    ]
    assert states == [["due", "planned"], ["skipped", "due"]]


def test_planning_on_the_day_of_the_event_sends_no_reminder() -> None:
    rows = plan(REMINDER_SCHEDULE, TUESDAY, PARIS, weekdays, START_OF_TUESDAY)
    assert outcome(rows) == [
        ("lab-26w", "skipped", "expired"),
        ("registered-8w", "skipped", "expired"),
        ("missing-4w", "skipped", "expired"),
        ("registered-1w", "skipped", "expired"),
        ("attendees+1wd", "planned", ""),
    ]


def test_planning_after_the_event_sends_thanks_until_they_expire() -> None:
    in_time, too_late = datetime(2027, 3, 30, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
    last = [plan(REMINDER_SCHEDULE, TUESDAY, PARIS, weekdays, at)[-1].state for at in (in_time, too_late)]
    assert last == ["due", "skipped"]


def test_the_latest_useful_overdue_step_is_sent() -> None:
    schedule = (step_at("-4w", "missing"), step_at("-3w", until="-2w"))
    rows = plan(schedule, TUESDAY, PARIS, weekdays, datetime(2027, 3, 5, tzinfo=UTC))
    assert outcome(rows) == [("missing-4w", "due", ""), ("registered-3w", "skipped", "expired")]


def test_of_two_reminders_moved_to_one_day_the_second_is_sent() -> None:
    schedule = (step_at("-8w", "unanswered"), step_at("-6w", "unanswered"))
    rows = plan(schedule, date(2027, 10, 5), PARIS, lab_calendar, datetime(2027, 5, 1, tzinfo=UTC))
    assert outcome(rows) == [("unanswered-8w", "skipped", "superseded"), ("unanswered-6w", "planned", "")]


def test_of_two_overdue_steps_of_one_day_the_later_step_is_sent() -> None:
    schedule = (step_at("-8w", "invited", alone=True), step_at("-6w", "unanswered"))
    rows = plan(schedule, date(2027, 10, 5), PARIS, lab_calendar, datetime(2027, 9, 6, tzinfo=UTC))
    assert outcome(rows) == [("invited-8w", "skipped", "late"), ("unanswered-6w", "due", "")]


def test_an_empty_reminder_schedule_plans_nothing() -> None:
    assert plan((), TUESDAY, PARIS, weekdays, datetime(2027, 3, 1, tzinfo=UTC)) == []


def test_a_moved_event_is_planned_again_from_its_unsent_steps() -> None:
    moved, at = date(2027, 4, 13), datetime(2027, 3, 1, tzinfo=UTC)
    rows = plan(REMINDER_SCHEDULE[2:], moved, PARIS, weekdays, at)
    assert [(row.due_at, row.state) for row in rows] == [
        (nine(2027, 3, 16), "planned"),
        (nine(2027, 4, 6), "planned"),
        (nine(2027, 4, 14), "planned"),
    ]


@given(schedules(), days, zones, calendars, moments)
def test_at_most_one_step_is_due_and_it_is_the_latest_useful_one(
    schedule: list[ScheduleStep], day: date, zone: str, is_open: IsOpen, at: datetime
) -> None:
    rows = plan(schedule, day, zone, is_open, at)
    due = [row for row in rows if row.state == "due"]
    useful = [row.due_at for row in rows if row.due_at <= at < row.expires_at and row.due_at < row.expires_at]
    assert [row.due_at for row in due] == ([max(useful)] if useful else [])


@given(schedules(), days, zones, calendars, moments)
def test_planning_keeps_the_reminder_schedules_order_and_gives_each_step_its_own_times(
    schedule: list[ScheduleStep], day: date, zone: str, is_open: IsOpen, at: datetime
) -> None:
    rows = plan(schedule, day, zone, is_open, at)
    assert [(row.step, row.due_at, row.expires_at) for row in rows] == [
        (step, due_at(step, day, zone, is_open), expires_at(step, day, zone, is_open, schedule)) for step in schedule
    ]


@given(schedules(), days, zones, calendars, moments)
def test_planned_steps_are_in_the_future_and_only_skipped_ones_have_a_reason(
    schedule: list[ScheduleStep], day: date, zone: str, is_open: IsOpen, at: datetime
) -> None:
    for row in plan(schedule, day, zone, is_open, at):
        assert (row.state == "planned") == (at < row.due_at < row.expires_at)
        assert (row.reason != "") == (row.state == "skipped")


@given(schedules(), days, zones, calendars, moments)
def test_planning_twice_gives_the_same(
    schedule: list[ScheduleStep], day: date, zone: str, is_open: IsOpen, at: datetime
) -> None:
    rows = plan(schedule, day, zone, is_open, at)
    assert plan([row.step for row in rows], day, zone, is_open, at) == rows


@given(schedules(), days, zones, moments, st.integers(0, 400))
@settings(max_examples=50)
def test_later_planning_never_revives_a_skipped_step(
    schedule: list[ScheduleStep], day: date, zone: str, at: datetime, wait: int
) -> None:
    first = plan(schedule, day, zone, weekdays, at)
    later = plan(schedule, day, zone, weekdays, at + timedelta(days=wait))
    pairs = zip(first, later, strict=True)
    back = [a.step.slug for a, b in pairs if a.reason in {"expired", "superseded"} and b.state != "skipped"]
    assert back == []


# One e-mail from several items


@dataclass(frozen=True)
class DueItem:
    person: str
    day: date
    name: str
    alone: bool = False


MONDAY = date(2027, 3, 15)


def test_items_of_one_person_and_day_share_an_email() -> None:
    a, b = DueItem("ana", MONDAY, "a"), DueItem("ana", MONDAY, "b")
    assert group_into_emails([a, b]) == [[a, b]]


def test_another_person_or_day_has_another_email() -> None:
    a, b, c = DueItem("ana", MONDAY, "a"), DueItem("bob", MONDAY, "b"), DueItem("ana", TUESDAY, "c")
    assert group_into_emails([a, b, c]) == [[a], [b], [c]]


def test_a_separate_item_has_its_own_email_and_the_others_merge() -> None:
    a, ics, b = DueItem("ana", MONDAY, "a"), DueItem("ana", MONDAY, "ics", alone=True), DueItem("ana", MONDAY, "b")
    assert group_into_emails([a, ics, b]) == [[a, b], [ics]]


def test_two_equal_separate_items_are_two_emails() -> None:
    ics = DueItem("ana", MONDAY, "ics", alone=True)
    assert group_into_emails([ics, ics]) == [[ics], [ics]]


def test_no_items_make_no_email() -> None:
    assert group_into_emails([]) == []


items = st.builds(
    DueItem, st.sampled_from(["ana", "bob"]), st.sampled_from([MONDAY, TUESDAY]), st.sampled_from("abc"), st.booleans()
)


@given(st.lists(items, max_size=12))
def test_every_item_is_in_exactly_one_email_of_its_person_and_day(due: list[DueItem]) -> None:
    emails = group_into_emails(due)
    assert Counter(item for email in emails for item in email) == Counter(due)
    assert [email for email in emails if len({(i.person, i.day) for i in email}) != 1] == []
    assert [email for email in emails if len(email) > 1 and any(i.alone for i in email)] == []


@given(st.lists(items, max_size=12))
def test_a_person_gets_at_most_one_merged_email_a_day(due: list[DueItem]) -> None:
    merged = Counter((email[0].person, email[0].day) for email in group_into_emails(due) if not email[0].alone)
    assert set(merged.values()) <= {1}


@given(st.lists(items, max_size=12))
def test_items_keep_their_order_within_an_email(due: list[DueItem]) -> None:
    for email in group_into_emails(due):
        person, day, alone = email[0].person, email[0].day, email[0].alone
        if not alone:
            assert email == [i for i in due if (i.person, i.day, i.alone) == (person, day, False)]


# Ids


def test_the_id_of_an_email_never_changes() -> None:
    assert message_uuid("42", MONDAY, 0) == UUID("3da8092b-f576-56b2-bde7-1b0e8c2119a8")


def test_the_uid_of_an_event_never_changes() -> None:
    assert event_uid("exchange", 7) == "c4b2dcbe-70bc-517d-ba64-19562476c4f7"


def test_ids_differ_by_person_day_and_sequence() -> None:
    ids = {message_uuid(who, day, n) for who in ("1", "11") for day in (MONDAY, TUESDAY) for n in (0, 1)}
    assert len(ids) == 8


def test_uids_differ_by_kind_and_id_whatever_the_type_of_the_id() -> None:
    assert len({event_uid(slug, pk) for slug in ("exchange", "session") for pk in (1, 2)}) == 4
    assert event_uid("session", 3) == event_uid("session", "3")


email_keys = st.tuples(st.text(max_size=8), days, st.integers(0, 20))


@given(email_keys, email_keys)
def test_only_the_same_email_has_the_same_id(one: tuple[str, date, int], other: tuple[str, date, int]) -> None:
    assert (message_uuid(*one) == message_uuid(*other)) == (one == other)
