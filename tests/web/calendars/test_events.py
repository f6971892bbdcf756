"""Events of calendars without a database: overlaps, and the days that a view covers."""

from datetime import date
from typing import Any

from web.calendars.events import CalendarEvent, EventGroup, groups_of, overlapping_keys, overlaps
from web.calendars.windows import CalendarView, CalendarWindow

RIVAGE, EDITION = EventGroup("RIV", "Rivage", "cohort:rivage", 3), EventGroup("", "Été", "edition:ete", 0)
MONDAY, TUESDAY, WEDNESDAY = (date(2027, 4, day) for day in (5, 6, 7))


def event(key: str, people: dict[date, set[int]], group: EventGroup = RIVAGE, **more: Any) -> CalendarEvent:
    expected = {day: frozenset(ids) for day, ids in people.items()}
    return CalendarEvent(key, tuple(people), key.title(), f"/{key}/", group, expected=expected, **more)


def test_events_overlap_where_the_same_people_are_expected_on_one_day():
    one = event("one", {MONDAY: {1, 2, 3}, TUESDAY: {1, 2}})
    other = event("other", {MONDAY: {2, 9}, TUESDAY: {1, 2}, WEDNESDAY: {1}})
    third = event("third", {WEDNESDAY: {3}}, EDITION)
    rows = overlaps([one, other, third])
    assert [(row.days, [each.key for each in row.events], row.people) for row in rows] == [
        ((MONDAY, TUESDAY), ["one", "other"], 2)
    ]
    assert overlapping_keys(rows) == {"one", "other"}
    assert groups_of([third, one, other]) == [RIVAGE, EDITION]
    assert overlaps([one, third]) == []


def test_a_month_goes_from_its_first_to_its_last_day_and_a_week_from_monday_to_sunday():
    month = CalendarWindow(CalendarView.MONTH, date(2028, 2, 17))
    assert (month.first, month.last) == (date(2028, 2, 1), date(2028, 2, 29))
    assert month.grid == (date(2028, 1, 31), date(2028, 3, 5))
    assert (month.previous, month.next) == (date(2028, 1, 31), date(2028, 3, 1))
    assert (month.title("fr"), month.title("en")) == ("Février 2028", "February 2028")
    week = CalendarWindow(CalendarView.WEEK, date(2027, 8, 1))
    assert (week.first, week.last, week.next) == (date(2027, 7, 26), date(2027, 8, 1), date(2027, 8, 2))
    assert week.grid == (week.first, week.last)
    assert week.title("en") == "26 July – 1 August 2027"
    assert CalendarWindow(CalendarView.AGENDA, date(1990, 1, 3)).previous is None
    assert CalendarWindow(CalendarView.WEEK, date(2100, 12, 31)).next is None
