"""The answering periods of self-assessments."""

from datetime import date, timedelta
from itertools import pairwise

from cohorts.assessments.answering_periods import answering_periods, closed_by, next_after, open_on
from cohorts.assessments.enums import Moment

START, END = date(2026, 1, 5), date(2027, 6, 30)


def test_cohort_has_three_periods_and_the_second_covers_two_moments():
    assert [(period.moments, period.first, period.last) for period in answering_periods(START, END)] == [
        ((Moment.BEFORE,), date(2026, 1, 5), date(2026, 3, 5)),
        ((Moment.AFTER, Moment.THEN), date(2027, 3, 30), date(2027, 7, 30)),
        ((Moment.LATER,), date(2027, 12, 30), date(2028, 3, 30)),
    ]


def test_cohort_without_start_has_no_period_and_without_end_only_the_first():
    assert answering_periods(None, END) == ()
    assert [period.moments for period in answering_periods(START, None)] == [(Moment.BEFORE,)]


def test_second_period_of_a_short_cohort_opens_after_the_first_closes():
    before, after, _later = answering_periods(START, date(2026, 5, 5))
    assert (before.last, after.first) == (date(2026, 3, 5), date(2026, 3, 6))


def test_first_and_last_day_belong_to_the_period():
    periods = answering_periods(START, END)
    days = [date(2026, 1, 4), date(2026, 1, 5), date(2026, 3, 5), date(2026, 3, 6)]
    assert [open_on(day, periods) for day in days] == [None, periods[0], periods[0], None]
    assert [next_after(day, periods) for day in (*days, date(2029, 1, 1))] == [periods[0], *periods[1:2] * 3, None]


def test_moment_is_closed_the_day_after_its_last_day():
    periods = answering_periods(START, END)
    assert [closed_by(day, periods) for day in (date(2026, 3, 5), date(2026, 3, 6), date(2027, 7, 31))] == [
        frozenset(),
        {"before"},
        {"before", "after", "then"},
    ]


def test_periods_never_overlap_whatever_the_dates():
    """A cohort may start after the day it was to end."""
    for days in range(-900, 1500, 3):
        periods = answering_periods(START, START + timedelta(days=days))
        assert all(period.first <= period.last for period in periods)
        assert all(second.first > first.last for first, second in pairwise(periods))
