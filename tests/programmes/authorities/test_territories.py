"""School zones from INSEE codes; Corsica and overseas have their own calendars."""

import pytest

from programmes.authorities.territories import (
    ACADEMIES,
    DEPARTMENTS,
    REGION_AREAS,
    REGIONS,
    UNKNOWN,
    Territory,
    has_own_school_calendar,
    territory_of,
)
from programmes.enums import HolidayArea

MAINLAND = {f"{number:02}" for number in range(1, 96)} - {"20"}


def test_every_mainland_department_is_in_exactly_one_zone():
    listed = [code for academies in ACADEMIES.values() for codes in academies.values() for code in codes.split()]
    assert len(listed) == len(set(listed))
    assert set(DEPARTMENTS) == MAINLAND | {"6AE"}


def test_every_region_has_a_zone_or_a_calendar_of_its_own():
    assert set(REGIONS) & (set(REGION_AREAS) - {"42"}) == set()
    assert len(REGIONS) == 12 + 16  # of today, and those of before 2016 whose code is gone


@pytest.mark.parametrize(
    ("kind", "code", "zone", "area"),
    [
        ("municipality", "44109", "B", ""),
        ("municipality", "33063", "A", ""),
        ("municipality", "31555", "C", ""),
        ("municipality", "75056", "C", ""),
        ("municipality", "68224", "B", "6AE"),
        ("municipality", "57463", "B", "57"),
        ("municipality", "2A004", "", "20R"),
        ("municipality", "97411", "", "974"),
        ("municipality", "98818", "", "NC"),
        ("department", "44", "B", ""),
        ("department", "6AE", "B", "6AE"),
        ("department", "69D", "A", ""),
        ("department", "976", "", "976"),
        ("region", "52", "B", ""),
        ("department", "52", "B", ""),
        ("region", "75", "A", ""),
        ("department", "75", "C", ""),
        ("region", "94", "", "20R"),
        ("department", "94", "C", ""),
        ("region", "04", "", "974"),
        ("intermunicipal", " 2b033 ", "", "20R"),
        ("state", "59350", "B", ""),
        ("state", "52", "B", ""),
        ("other", "13", "B", ""),
    ],
)
def test_the_code_determines_the_school_calendar(kind, code, zone, area):
    assert territory_of(kind=kind, insee_code=code) == Territory(zone, area)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("intermunicipal", "200046977"),
        ("municipality", ""),
        ("municipality", "99100"),
        ("municipality", "4410"),
        ("region", "99"),
        ("state", "75"),
        ("public_establishment", "94"),
    ],
)
def test_an_unknown_or_ambiguous_code_leaves_the_calendar_unknown(kind, code):
    assert territory_of(kind=kind, insee_code=code) == UNKNOWN


@pytest.mark.parametrize(("area", "zone"), [("57", "B"), ("6AE", "B"), ("20R", ""), ("973", "")])
def test_without_a_code_the_subdivision_determines_the_calendar(area, zone):
    assert territory_of(kind="intermunicipal", insee_code="", holiday_subdivision=area) == Territory(zone, area)


def test_only_corsica_and_overseas_have_school_calendars_of_their_own():
    assert {area for area in HolidayArea.values if not has_own_school_calendar(area)} == {"57", "6AE"}
    assert not has_own_school_calendar("")
