"""Tests of the calendar of a cohort: phases by month, sessions on working days, separate on-site weeks."""

from datetime import date, timedelta
from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohorts.calendars.planning import (
    CalendarPattern,
    PatternPhase,
    PlannedPhase,
    PlannedSession,
    dated_phases,
    last_day,
    months_after,
    plan_calendar,
    propose,
)
from programmes.workdays import KNOWN_CORRECTIONS, Calendar, is_working_day

BREST = Calendar(None, "B")
PHASES = (
    PatternPhase("preparation", 0, 2),
    PatternPhase("test_case", 2, 8),
    PatternPhase("priority_challenges", 8, 22),
    PatternPhase("handover", 22, 24),
)
TRANSFO = CalendarPattern(months=24, sessions=18, days_per_session=2, phases=PHASES)
RESIDENCY = CalendarPattern(months=6, sessions=3, days_per_session=5, onsite_weeks=3)
STARTS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def planned(pattern: CalendarPattern, start: date, **options: date):
    return plan_calendar(pattern, start, BREST, periods=KNOWN_CORRECTIONS, **options)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 5), 2, date(2026, 3, 5)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 5), 0, date(2026, 1, 5)),
    ],
)
def test_months_are_counted_on_the_calendar(day, months, expected):
    assert months_after(day, months) == expected


def test_twenty_four_months_end_the_day_before_the_second_anniversary():
    assert last_day(date(2026, 1, 5), 24) == date(2028, 1, 4)


def test_phases_are_dated_copies_that_follow_one_another():
    assert dated_phases(PHASES, date(2026, 1, 5)) == (
        PlannedPhase("preparation", date(2026, 1, 5), date(2026, 3, 4)),
        PlannedPhase("test_case", date(2026, 3, 5), date(2026, 9, 4)),
        PlannedPhase("priority_challenges", date(2026, 9, 5), date(2027, 11, 4)),
        PlannedPhase("handover", date(2027, 11, 5), date(2028, 1, 4)),
    )


def test_a_transfo_gets_its_sessions_numbered_in_order_of_time():
    calendar = planned(TRANSFO, date(2027, 1, 4))
    assert [session.number for session in calendar.sessions] == [str(number) for number in range(1, 19)]
    assert [session.kind for session in calendar.sessions] == ["kick_off", *["group"] * 17]
    assert {len(session.days) for session in calendar.sessions} == {2}
    assert [session.days[0] for session in calendar.sessions] == sorted(s.days[0] for s in calendar.sessions)


def test_a_transfo_avoids_school_holidays_and_closed_seasons_where_it_can():
    calendar = planned(TRANSFO, date(2026, 9, 1))
    assert {remark for session in calendar.sessions for remark in session.remarks} == {"monday_or_friday"}


def test_a_proposal_names_the_conflicts_it_could_not_avoid():
    crowded = planned(CalendarPattern(months=1, sessions=8, days_per_session=2), date(2027, 2, 8))
    assert {remark for session in crowded.sessions for remark in session.remarks} >= {"school_holiday"}


def test_a_residency_gets_three_separate_weeks_on_site():
    calendar = planned(RESIDENCY, date(2027, 1, 4))
    assert [session.kind for session in calendar.sessions] == ["immersion"] * 3
    assert [len(session.days) for session in calendar.sessions] == [5, 5, 5]
    assert [session.days[0].weekday() for session in calendar.sessions] == [0, 0, 0]
    gaps = [later.days[0] - earlier.days[-1] for earlier, later in pairwise(calendar.sessions)]
    assert min(gaps) > timedelta(days=9)


def test_other_sessions_avoid_the_days_of_on_site_weeks():
    calendar = planned(CalendarPattern(months=6, sessions=5, days_per_session=1, onsite_weeks=3), date(2027, 1, 4))
    kinds = [session.kind for session in calendar.sessions]
    assert (kinds.count("immersion"), len(kinds)) == (3, 5)
    days = list(chain.from_iterable(session.days for session in calendar.sessions))
    assert len(days) == len(set(days)) == 3 * 5 + 2


def test_a_format_without_sessions_gives_no_sessions():
    assert planned(CalendarPattern(months=6, sessions=0), date(2027, 1, 4)).sessions == ()


def test_sessions_without_room_come_last_with_a_remark():
    calendar = planned(CalendarPattern(months=1, sessions=12, days_per_session=2), date(2027, 3, 1))
    assert calendar.sessions[-1] == PlannedSession("12", "group", (), ("no_room",))
    assert [bool(session.days) for session in calendar.sessions] == sorted(
        (bool(session.days) for session in calendar.sessions), reverse=True
    )


def test_no_session_is_proposed_in_the_past():
    calendar = planned(TRANSFO, date(2026, 1, 5), not_before=date(2026, 11, 24))
    assert min(session.days[0] for session in calendar.sessions) >= date(2026, 11, 24)
    assert calendar.starts_on == date(2026, 1, 5)


def test_an_ended_cohort_gets_no_days():
    calendar = planned(TRANSFO, date(2020, 1, 6), not_before=date(2026, 11, 24))
    assert {session.remarks for session in calendar.sessions} == {("no_room",)}


def test_taken_days_are_never_proposed():
    taken = {date(2027, 3, 2), date(2027, 3, 3), date(2027, 3, 4)}
    weeks, others = propose(
        1,
        3,
        date(2027, 3, 1),
        date(2027, 4, 9),
        BREST,
        days_per_session=1,
        periods=KNOWN_CORRECTIONS,
        taken=taken,
    )
    assert taken.isdisjoint(day for proposal in [*weeks, *others] for day in proposal.days)


@settings(max_examples=25, deadline=None)
@given(start=STARTS, sessions=st.integers(0, 6), weeks=st.integers(0, 3), length=st.integers(1, 3))
def test_every_proposed_day_is_a_workday_within_the_cohort_and_proposed_once(start, sessions, weeks, length):
    pattern = CalendarPattern(months=6, sessions=sessions + weeks, days_per_session=length, onsite_weeks=weeks)
    calendar = planned(pattern, start)
    days = list(chain.from_iterable(session.days for session in calendar.sessions))
    assert len(calendar.sessions) == sessions + weeks
    assert len(days) == len(set(days))
    assert all(is_working_day(day, BREST) and calendar.starts_on <= day <= calendar.ends_on for day in days)
