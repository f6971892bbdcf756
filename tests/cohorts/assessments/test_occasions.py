"""When members are asked how they see their skills."""

from datetime import date, timedelta
from itertools import pairwise

from cohorts.assessments.enums import Moment
from cohorts.assessments.occasions import closed_by, next_after, occasions, open_on

START, END = date(2026, 1, 5), date(2027, 6, 30)


def test_three_occasions_of_which_the_second_asks_twice():
    assert [(occasion.moments, occasion.first, occasion.last) for occasion in occasions(START, END)] == [
        ((Moment.BEFORE,), date(2026, 1, 5), date(2026, 3, 5)),
        ((Moment.AFTER, Moment.THEN), date(2027, 3, 30), date(2027, 7, 30)),
        ((Moment.LATER,), date(2027, 12, 30), date(2028, 3, 30)),
    ]


def test_without_a_start_nobody_is_asked_and_without_an_end_only_at_the_start():
    assert occasions(None, END) == ()
    assert [occasion.moments for occasion in occasions(START, None)] == [(Moment.BEFORE,)]


def test_a_cohort_of_four_months_is_asked_about_its_end_once_the_start_is_over():
    before, after, _later = occasions(START, date(2026, 5, 5))
    assert (before.last, after.first) == (date(2026, 3, 5), date(2026, 3, 6))


def test_both_days_of_an_occasion_belong_to_it():
    asked = occasions(START, END)
    days = [date(2026, 1, 4), date(2026, 1, 5), date(2026, 3, 5), date(2026, 3, 6)]
    assert [open_on(day, asked) for day in days] == [None, asked[0], asked[0], None]
    assert [next_after(day, asked) for day in (*days, date(2029, 1, 1))] == [asked[0], *asked[1:2] * 3, None]


def test_a_moment_is_closed_from_the_day_after_its_last():
    asked = occasions(START, END)
    assert [closed_by(day, asked) for day in (date(2026, 3, 5), date(2026, 3, 6), date(2027, 7, 31))] == [
        frozenset(),
        {"before"},
        {"before", "after", "then"},
    ]


def test_whatever_the_dates_occasions_follow_one_another():
    """A cohort may start after the day it was to end."""
    for days in range(-900, 1500, 3):
        asked = occasions(START, START + timedelta(days=days))
        assert all(occasion.first <= occasion.last for occasion in asked)
        assert all(second.first > first.last for first, second in pairwise(asked))
