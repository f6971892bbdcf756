"""Kinds and states have a text for every stored value."""

from datetime import date
from zoneinfo import available_timezones

import pytest

from programmes.enums import (
    EDITION_TRANSITIONS,
    Audience,
    CalendarPeriodKind,
    EditionState,
    EmailType,
    HolidayArea,
    ProgrammeFamily,
    ReminderScheduleKind,
    SchoolZone,
)
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.workdays import SUBDIVISIONS, ZONES, Calendar, PeriodKind, is_working_day
from web.dates.zones import TIME_ZONES

STEPS = [step for schedule in DEFAULT_REMINDER_SCHEDULES.values() for step in schedule]


def test_audiences_are_exactly_those_of_the_default_schedules():
    assert {step.audience for step in STEPS} == set(Audience.values)


def test_email_types_are_exactly_those_of_the_default_schedules():
    assert {step.email_type for step in STEPS} == set(EmailType.values)


def test_every_kind_of_event_has_a_reminder_schedule():
    assert list(DEFAULT_REMINDER_SCHEDULES) == ReminderScheduleKind.values


def test_areas_match_the_workdays_module():
    assert sorted(HolidayArea.values) == sorted(SUBDIVISIONS)


def test_school_zones_match_the_workdays_module():
    assert tuple(SchoolZone.values) == ZONES


def test_kinds_of_period_match_the_workdays_module():
    assert CalendarPeriodKind.values == [kind.value for kind in PeriodKind]


@pytest.mark.parametrize("area", HolidayArea.values)
def test_every_area_has_a_calendar(area: str):
    assert is_working_day(date(2027, 7, 14), Calendar(area)) is False


def test_the_time_zones_offered_exist():
    assert set(TIME_ZONES) <= available_timezones()


def test_an_edition_has_one_next_state():
    path = [EditionState.DRAFT]
    while targets := EDITION_TRANSITIONS.get(path[-1]):
        [following] = targets
        path.append(following)
    assert path == list(EditionState)


def test_a_family_has_its_tone():
    assert [family.tone for family in ProgrammeFamily] == ["residency", "transfo", "neutral"]
