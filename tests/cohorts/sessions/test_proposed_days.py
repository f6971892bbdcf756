"""Days that an address proposes, without a database."""

from datetime import date, time, timedelta

import pytest

from cohorts.sessions.proposed_days import chosen_days, hours_later, moved_days, moved_hours

THURSDAY, FRIDAY, SATURDAY, SUNDAY = (date(2027, 4, day) for day in (8, 9, 10, 11))
MONDAY, TUESDAY = date(2027, 4, 12), date(2027, 4, 13)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2027-04-09", "2027-04-13", [FRIDAY, MONDAY, TUESDAY]),
        ("2027-04-10", "2027-04-11", [SATURDAY, SUNDAY]),
        ("2027-04-09", "", [FRIDAY]),
        ("2027-04-09", "2027-04-08", []),
        ("", "2027-04-09", []),
        ("tomorrow", "2027-04-09", []),
        ("3027-04-09", "3027-04-09", []),
    ],
)
def test_chosen_days_leave_weekends_out_unless_only_a_weekend_is_chosen(first: str, last: str, days: list[date]):
    assert chosen_days({"first_day": first, "last_day": last}) == days


def test_chosen_days_are_31_at_most():
    days = chosen_days({"first_day": "2027-01-01", "last_day": "2099-01-01"})
    assert (days[0], days[-1]) == (date(2027, 1, 1), date(2027, 1, 29))  # the 30th and 31st are a weekend


def test_a_day_moves_with_those_that_follow_it_without_a_gap():
    days = [THURSDAY, FRIDAY, MONDAY]
    friday_to_tuesday = {"was": "2027-04-09", "first_day": "2027-04-13"}
    assert moved_days(days, friday_to_tuesday) == {THURSDAY: MONDAY, FRIDAY: TUESDAY}
    for query in (
        {"was": "2027-04-09", "first_day": "2027-04-09"},
        {"was": "2027-04-10", "first_day": "2027-04-13"},
        {"was": "2027-04-09", "first_day": "soon"},
        {"was": "2027-04-08", "first_day": "2100-12-31"},
        {"first_day": "2027-04-13"},
    ):
        assert moved_days(days, query) == {}


def test_hours_move_as_far_as_the_hour_at_which_the_day_begins_and_stay_within_their_day():
    query = {"was": "2027-04-09", "first_day": "2027-04-09", "was_at": "09:00", "at": "13:30"}
    assert moved_days([FRIDAY], query) == {FRIDAY: FRIDAY}
    later, morning = hours_later(query), (time(9), time(12, 15))
    assert moved_hours(morning, later) == (time(13, 30), time(16, 45))
    for query in ({}, {"was_at": "09:00"}, {"was_at": "9", "at": "noon"}, {"was_at": "09:00", "at": "24:00"}):
        assert hours_later(query) == timedelta(0)
    for by, hours in ((11, (time(20), time(23, 15))), (12, morning), (-9, (time(0), time(3, 15))), (-10, morning)):
        assert moved_hours(morning, timedelta(hours=by)) == hours
    assert moved_hours((time(9), None), later) == (time(9), None)
