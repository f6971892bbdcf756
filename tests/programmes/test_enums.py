"""Kinds and states have words for everything that is stored."""

from datetime import date
from zoneinfo import available_timezones

import pytest

from programmes.enums import (
    EDITION_TRANSITIONS,
    TIME_ZONES,
    Audience,
    EditionState,
    Family,
    HolidayArea,
    LadderKind,
    Letter,
    PeriodKind,
    SchoolZone,
)
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from programmes.workdays import SUBDIVISIONS, ZONES, Calendar, is_working_day
from programmes.workdays import PeriodKind as Effect

STEPS = [step for ladder in DEFAULT_LADDERS.values() for step in ladder]


def test_every_audience_of_the_ladders_has_words_and_no_other():
    assert {step.audience for step in STEPS} == set(Audience.values)


def test_every_letter_of_the_ladders_has_words_and_no_other():
    assert {step.letter for step in STEPS} == set(Letter.values)


def test_every_kind_of_event_has_a_ladder():
    assert list(DEFAULT_LADDERS) == LadderKind.values


def test_the_areas_are_those_the_working_days_know():
    assert sorted(HolidayArea.values) == sorted(SUBDIVISIONS)


def test_the_school_zones_are_those_the_working_days_know():
    assert tuple(SchoolZone.values) == ZONES


def test_the_kinds_of_period_are_those_the_working_days_know():
    assert PeriodKind.values == [effect.value for effect in Effect]


@pytest.mark.parametrize("area", HolidayArea.values)
def test_every_area_has_a_calendar(area: str):
    assert is_working_day(date(2027, 7, 14), Calendar(area)) is False


def test_the_time_zones_offered_exist():
    assert set(TIME_ZONES) <= available_timezones()


def test_an_edition_goes_one_way():
    path = [EditionState.DRAFT]
    while targets := EDITION_TRANSITIONS.get(path[-1]):
        [following] = targets
        path.append(following)
    assert path == list(EditionState)


def test_a_family_has_its_tone():
    assert [family.tone for family in Family] == ["residency", "transfo", "neutral"]
