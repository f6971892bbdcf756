"""Working days, school holidays and proposed dates, against the published calendars."""

import re
from datetime import date, timedelta
from inspect import getdoc
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.french_holidays import FrenchHolidays
from programmes.workdays import (
    CORSICA,
    KNOWN_CORRECTIONS,
    NO_DATE_LEFT,
    PUBLISHED_SCHOOL_YEARS,
    SUBDIVISIONS,
    ZONES,
    Calendar,
    Period,
    PeriodKind,
    add_working_days,
    days_between,
    in_period,
    is_bridge,
    is_closed_season,
    is_estimated,
    is_monday_or_friday,
    is_public_holiday,
    is_school_holiday,
    is_working_day,
    previous_working_day,
    public_holidays,
    school_year,
    separate_weeks,
    spread,
    spread_lengths,
)

NATIONAL = Calendar()
NANTES = Calendar(None, "B")
LYON = Calendar(None, "A")
STRASBOURG = Calendar("6AE", "B")
METZ = Calendar("57", "B")
REUNION = Calendar("974")
AJACCIO = Calendar(CORSICA)

CALENDARS = st.builds(
    Calendar, st.sampled_from([None, "", *SUBDIVISIONS]), st.one_of(st.none(), st.sampled_from(ZONES))
)
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(0, 12)
SPANS = st.tuples(DAYS, st.integers(0, 400)).map(lambda drawn: (drawn[0], drawn[0] + timedelta(days=drawn[1])))


def school_days_off(calendar: Calendar, year: int, periods: tuple[Period, ...] = KNOWN_CORRECTIONS) -> list[str]:
    """Return the stretches of school holidays of a calendar year, as “first/last”."""
    stretches: list[list[date]] = []
    for day in days_between(date(year, 1, 1), date(year, 12, 31)):
        if not is_school_holiday(day, calendar, periods):
            continue
        if stretches and day - stretches[-1][-1] == timedelta(days=1):
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return [f"{days[0]:%d-%m}/{days[-1]:%d-%m}" for days in stretches]


def starts(proposals) -> list[str]:
    return [f"{proposal.days[0]:%a %Y-%m-%d}" for proposal in proposals if proposal.days]


def remarks(proposals) -> list[tuple[str, ...]]:
    return [proposal.remarks for proposal in proposals]


class TestCalendar:
    def test_refuses_a_subdivision_that_does_not_exist(self) -> None:
        with pytest.raises(ValueError, match="“6AA” is none of the subdivisions 57, 6AE, 971"):
            Calendar("6AA")

    def test_refuses_a_school_zone_as_a_subdivision(self) -> None:
        with pytest.raises(ValueError, match="“Zone A” is none of the subdivisions"):
            Calendar("Zone A")

    def test_refuses_a_zone_that_does_not_exist(self) -> None:
        with pytest.raises(ValueError, match="“D” is none of the school zones A, B, C"):
            Calendar(None, "D")

    def test_treats_an_empty_text_as_none(self) -> None:
        calendar = Calendar("", "")
        assert [is_working_day(day, calendar) for day in (date(2027, 3, 26), date(2027, 3, 29))] == [True, False]
        assert school_days_off(calendar, 2027) == []

    @given(CALENDARS, DAYS)
    def test_every_valid_calendar_works(self, calendar: Calendar, day: date) -> None:
        assert is_working_day(day, calendar) in {True, False}
        assert is_school_holiday(day, calendar) in {True, False}


class TestPublicHolidays:
    def test_of_2027(self) -> None:
        assert sorted(public_holidays(2027, None)) == [
            date(2027, 1, 1),
            date(2027, 3, 29),
            date(2027, 5, 1),
            date(2027, 5, 6),
            date(2027, 5, 8),
            date(2027, 5, 17),
            date(2027, 7, 14),
            date(2027, 8, 15),
            date(2027, 11, 1),
            date(2027, 11, 11),
            date(2027, 12, 25),
        ]

    @pytest.mark.parametrize("calendar", [STRASBOURG, METZ])
    def test_alsace_moselle_adds_good_friday_and_saint_stephen(self, calendar: Calendar) -> None:
        more = public_holidays(2027, calendar.holiday_subdivision) - public_holidays(2027, None)
        assert sorted(more) == [date(2027, 3, 26), date(2027, 12, 26)]

    @pytest.mark.parametrize(
        ("subdivision", "day"),
        [
            ("971", date(2027, 5, 27)),
            ("972", date(2027, 5, 22)),
            ("973", date(2027, 6, 10)),
            ("974", date(2027, 12, 20)),
            ("976", date(2027, 4, 27)),
        ],
    )
    def test_each_overseas_department_marks_abolition_on_its_own_day(self, subdivision: str, day: date) -> None:
        assert is_public_holiday(day, Calendar(subdivision))
        assert not is_public_holiday(day, NATIONAL)

    def test_corsica_has_the_national_ones(self) -> None:
        assert public_holidays(2027, CORSICA) == public_holidays(2027, None)

    def test_the_school_zone_changes_nothing(self) -> None:
        days = list(days_between(date(2027, 1, 1), date(2027, 12, 31)))
        assert [is_public_holiday(day, LYON) for day in days] == [is_public_holiday(day, NATIONAL) for day in days]


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("day", "worked"),
        [
            (date(2027, 5, 5), True),
            (date(2027, 5, 6), False),  # Ascension
            (date(2027, 5, 7), True),  # a bridge is a working day
            (date(2027, 5, 8), False),
            (date(2027, 5, 9), False),
            (date(2027, 8, 4), True),  # school holidays and closed seasons have working days
        ],
    )
    def test_leave_out_weekends_and_public_holidays_only(self, day: date, worked: bool) -> None:
        assert is_working_day(day, NANTES) is worked

    def test_next_one_skips_easter(self) -> None:
        assert add_working_days(date(2027, 3, 25), 1, NANTES) == date(2027, 3, 26)
        assert add_working_days(date(2027, 3, 25), 1, STRASBOURG) == date(2027, 3, 30)

    def test_previous_one_skips_easter(self) -> None:
        assert previous_working_day(date(2027, 3, 30), NANTES) == date(2027, 3, 26)
        assert previous_working_day(date(2027, 3, 30), STRASBOURG) == date(2027, 3, 25)

    @pytest.mark.parametrize(
        ("count", "expected"),
        [
            (-3, date(2027, 11, 8)),
            (-1, date(2027, 11, 10)),
            (0, date(2027, 11, 11)),
            (1, date(2027, 11, 12)),
            (2, date(2027, 11, 15)),
            (10, date(2027, 11, 25)),
        ],
    )
    def test_are_counted_from_a_public_holiday(self, count: int, expected: date) -> None:
        assert add_working_days(date(2027, 11, 11), count, NANTES) == expected

    @given(DAYS, st.integers(-30, 30), CALENDARS)
    def test_counted_fall_on_a_working_day(self, day: date, count: int, calendar: Calendar) -> None:
        reached = add_working_days(day, count, calendar)
        passed = [other for other in days_between(*sorted((day, reached))) if other != day]
        assert sum(is_working_day(other, calendar) for other in passed) == abs(count)
        assert count == 0 or is_working_day(reached, calendar)

    @given(DAYS, st.integers(1, 30), CALENDARS)
    def test_adding_and_subtracting_working_days_returns_to_the_start(
        self, day: date, count: int, calendar: Calendar
    ) -> None:
        worked = add_working_days(day, 1, calendar)
        assert add_working_days(add_working_days(worked, count, calendar), -count, calendar) == worked


class TestBridges:
    def test_of_2027_are_the_fridays_after_ascension_and_armistice(self) -> None:
        year = days_between(date(2027, 1, 1), date(2027, 12, 31))
        assert [day for day in year if is_bridge(day, NANTES)] == [date(2027, 5, 7), date(2027, 11, 12)]

    def test_of_2028_count_the_monday_before_a_tuesday_off(self) -> None:
        year = days_between(date(2028, 1, 1), date(2028, 12, 31))
        assert [day for day in year if is_bridge(day, NANTES)] == [date(2028, 5, 26), date(2028, 8, 14)]

    def test_are_local(self) -> None:
        assert is_bridge(date(2028, 12, 18), NANTES) is False
        assert is_bridge(date(2027, 5, 28), Calendar("971")) is True
        assert is_bridge(date(2027, 5, 28), NANTES) is False


class TestSchoolHolidays:
    """The calendar decreed on 22 October 2025 for 2026-2027."""

    @pytest.mark.parametrize(
        ("zone", "winter", "spring"),
        [("A", "13-02/28-02", "10-04/25-04"), ("B", "20-02/07-03", "17-04/02-05"), ("C", "06-02/21-02", "03-04/18-04")],
    )
    def test_of_2027_by_zone(self, zone: str, winter: str, spring: str) -> None:
        assert school_days_off(Calendar(None, zone), 2027) == [
            "01-01/03-01",
            winter,
            spring,
            "06-05/09-05",
            "03-07/31-08",
            "23-10/07-11",
            "18-12/31-12",
        ]

    def test_end_on_1_september_2027_without_the_correction(self) -> None:
        assert "03-07/01-09" in school_days_off(LYON, 2027, ())

    @pytest.mark.parametrize("zone", ZONES)
    def test_pupils_are_back_on_1_september_2027(self, zone: str) -> None:
        assert is_school_holiday(date(2027, 9, 1), Calendar(None, zone)) is False
        assert is_school_holiday(date(2027, 8, 31), Calendar(None, zone)) is True

    def test_are_unknown_without_a_zone(self) -> None:
        assert school_days_off(NATIONAL, 2027) == []

    def test_overseas_come_from_the_periods(self) -> None:
        austral = Period(
            date(2027, 12, 18),
            date(2027, 12, 20),
            PeriodKind.SCHOOL_HOLIDAY,
            name="Vacances d'été austral",
            subdivisions=frozenset({"974"}),
        )
        assert school_days_off(REUNION, 2027, (austral,)) == ["18-12/20-12"]
        assert school_days_off(AJACCIO, 2027, (austral,)) == []

    def test_of_corsica_come_from_the_periods(self) -> None:
        day = date(2027, 12, 8)
        period = Period(day, day, PeriodKind.SCHOOL_HOLIDAY, subdivisions=frozenset({CORSICA}))
        places = (AJACCIO, REUNION, NANTES)
        assert [is_school_holiday(day, place, (period,)) for place in places] == [True, False, False]

    def test_a_correction_overrides_an_addition(self) -> None:
        day = date(2027, 6, 1)
        added = Period(day, day, PeriodKind.SCHOOL_HOLIDAY)
        refused = Period(day, day, PeriodKind.NOT_SCHOOL_HOLIDAY, zones=frozenset({"A"}))
        for periods in ((added, refused), (refused, added)):
            assert [is_school_holiday(day, place, periods) for place in (LYON, NANTES)] == [False, True]

    def test_other_kinds_of_period_do_not_affect_school_holidays(self) -> None:
        day = date(2027, 6, 1)
        periods = (Period(day, day, PeriodKind.CLOSED), Period(day, day, PeriodKind.ELECTORAL))
        assert is_school_holiday(day, LYON, periods) is False


class TestPeriods:
    WEEK = Period(date(2027, 6, 7), date(2027, 6, 11), PeriodKind.ELECTORAL, zones=frozenset({"A"}))

    @pytest.mark.parametrize(
        ("day", "inside"),
        [
            (date(2027, 6, 6), False),
            (date(2027, 6, 7), True),
            (date(2027, 6, 11), True),
            (date(2027, 6, 12), False),
        ],
    )
    def test_include_both_ends(self, day: date, inside: bool) -> None:
        assert in_period(PeriodKind.ELECTORAL, day, LYON, [self.WEEK]) is inside

    def test_apply_to_the_zones_they_name(self) -> None:
        assert [self.WEEK.concerns(place) for place in (LYON, NANTES, NATIONAL)] == [True, False, False]

    def test_apply_to_the_subdivisions_they_name(self) -> None:
        period = Period(date(2027, 6, 7), date(2027, 6, 7), PeriodKind.CLOSED, subdivisions=frozenset({"6AE"}))
        assert [period.concerns(place) for place in (STRASBOURG, METZ, NANTES)] == [True, False, False]

    def test_apply_everywhere_when_they_name_no_area(self) -> None:
        period = Period(date(2027, 6, 7), date(2027, 6, 7), PeriodKind.CLOSED)
        assert [period.concerns(place) for place in (STRASBOURG, NATIONAL, AJACCIO)] == [True, True, True]

    def test_are_distinguished_by_kind(self) -> None:
        assert in_period(PeriodKind.CLOSED, date(2027, 6, 8), LYON, [self.WEEK]) is False


class TestSchoolYears:
    @pytest.mark.parametrize(
        ("day", "year"),
        [(date(2027, 8, 31), 2026), (date(2027, 9, 1), 2027), (date(2027, 12, 31), 2027), (date(2028, 1, 1), 2027)],
    )
    def test_turn_on_1_september(self, day: date, year: int) -> None:
        assert school_year(day) == year

    def test_published_are_2017_to_2027(self) -> None:
        assert [year for year in range(2010, 2040) if not is_estimated(year)] == list(range(2017, 2028))

    def test_last_published_one_is_the_last_whose_decree_the_library_names(self) -> None:
        years = re.findall(r"Arrêté.*?(\d{4})-\d{4}\)\]", getdoc(FrenchHolidays) or "")
        assert max(map(int, years)) == PUBLISHED_SCHOOL_YEARS[-1]

    @pytest.mark.parametrize(
        ("zone", "winter", "spring"),
        [
            ("A", "19-02/05-03", "22-04/08-05"),
            ("B", "05-02/20-02", "08-04/23-04"),
            ("C", "12-02/27-02", "15-04/01-05"),
        ],
    )
    def test_of_2027_2028_has_the_holidays_of_the_decree_of_21_july_2026(
        self, zone: str, winter: str, spring: str
    ) -> None:
        calendar = Calendar(None, zone)
        assert school_days_off(calendar, 2027)[-2:] == ["23-10/07-11", "18-12/31-12"]
        assert school_days_off(calendar, 2028)[:4] == ["01-01/02-01", winter, spring, "25-05/28-05"]


class TestClosedSeasons:
    @pytest.mark.parametrize("year", [2026, 2027, 2028])
    def test_are_summer_and_the_turn_of_the_year(self, year: int) -> None:
        closed = [day for day in days_between(date(year, 1, 1), date(year, 12, 31)) if is_closed_season(day)]
        assert closed == [
            *days_between(date(year, 1, 1), date(year, 1, 2)),
            *days_between(date(year, 7, 10), date(year, 8, 31)),
            *days_between(date(year, 12, 15), date(year, 12, 31)),
        ]


class TestSpread:
    def test_nine_sessions_over_two_years(self) -> None:
        proposals = spread(9, date(2026, 9, 7), date(2028, 7, 7), LYON, days_per_session=3)
        assert starts(proposals) == [
            "Tue 2026-10-13",
            "Tue 2027-01-05",
            "Tue 2027-03-09",
            "Tue 2027-05-25",
            "Tue 2027-09-07",
            "Tue 2027-10-19",
            "Tue 2028-01-04",
            "Tue 2028-03-14",
            "Tue 2028-05-30",
        ]
        assert remarks(proposals) == [()] * 9

    def test_one_session_is_placed_in_the_middle(self) -> None:
        assert starts(spread(1, date(2027, 1, 4), date(2027, 1, 24), NATIONAL)) == ["Thu 2027-01-14"]

    def test_sessions_avoid_the_school_holidays(self) -> None:
        assert starts(spread(1, date(2027, 2, 8), date(2027, 3, 5), LYON)) == ["Thu 2027-02-11"]

    def test_unavoidable_school_holidays_are_a_remark(self) -> None:
        proposals = spread(1, date(2027, 2, 15), date(2027, 2, 26), LYON, days_per_session=2)
        assert starts(proposals) == ["Wed 2027-02-17"]
        assert remarks(proposals) == [("school_holiday",)]

    def test_an_unavoidable_closed_season_is_a_remark(self) -> None:
        proposals = spread(1, date(2027, 7, 15), date(2027, 8, 25), NATIONAL)
        assert remarks(proposals) == [("closed_season", "unknown_school_calendar")]

    def test_an_unavoidable_closed_period_is_a_remark(self) -> None:
        period = Period(date(2027, 6, 1), date(2027, 6, 30), PeriodKind.CLOSED, name="Travaux")
        proposals = spread(1, date(2027, 6, 1), date(2027, 6, 30), NATIONAL, periods=(period,))
        assert remarks(proposals) == [("closed_period", "unknown_school_calendar")]

    def test_an_unavoidable_bridge_is_a_remark(self) -> None:
        proposals = spread(1, date(2027, 5, 7), date(2027, 5, 9), NATIONAL)
        assert starts(proposals) == ["Fri 2027-05-07"]
        assert remarks(proposals) == [("bridge", "monday_or_friday", "unknown_school_calendar")]

    def test_a_weekend_in_the_middle_is_a_remark(self) -> None:
        proposals = spread(1, date(2027, 6, 4), date(2027, 6, 7), NATIONAL, days_per_session=2)
        assert [proposal.days for proposal in proposals] == [(date(2027, 6, 4), date(2027, 6, 7))]
        assert remarks(proposals) == [("interrupted", "monday_or_friday", "unknown_school_calendar")]

    def test_a_holiday_in_the_middle_is_avoided(self) -> None:
        proposals = spread(1, date(2028, 10, 30), date(2028, 11, 3), NATIONAL, days_per_session=2)
        assert [proposal.days for proposal in proposals] == [(date(2028, 10, 30), date(2028, 10, 31))]

    def test_sessions_never_share_a_day(self) -> None:
        proposals = spread(2, date(2027, 6, 8), date(2027, 6, 10), NATIONAL, days_per_session=2)
        assert starts(proposals) == ["Tue 2027-06-08"]
        assert proposals[1] == NO_DATE_LEFT

    def test_a_year_without_a_published_calendar_is_a_remark(self) -> None:
        bounds = (date(2029, 6, 5), date(2029, 6, 7))
        assert remarks(spread(1, *bounds, LYON)) == [("estimated_calendar",)]
        assert remarks(spread(1, *bounds, NATIONAL)) == [("unknown_school_calendar",)]

    def test_an_own_calendar_is_known_once_its_holidays_are_in_the_table(self) -> None:
        bounds = (date(2027, 6, 8), date(2027, 6, 8))
        spring = Period(date(2027, 3, 1), date(2027, 3, 12), PeriodKind.SCHOOL_HOLIDAY, subdivisions=frozenset({"20R"}))
        before = Period(date(2026, 3, 1), date(2026, 3, 12), PeriodKind.SCHOOL_HOLIDAY, subdivisions=frozenset({"20R"}))
        assert remarks(spread(1, *bounds, AJACCIO, periods=(spring,))) == [()]
        assert remarks(spread(1, *bounds, AJACCIO, periods=(before,))) == [("unknown_school_calendar",)]

    def test_days_to_avoid_are_avoided_or_named_in_a_remark(self) -> None:
        june = (date(2027, 6, 8), date(2027, 6, 10))
        avoided = {date(2027, 6, 9): ("other_cohort", 900)}
        assert starts(spread(1, *june, LYON, avoided=avoided)) == ["Tue 2027-06-08"]
        everywhere = dict.fromkeys((date(2027, 6, 8), date(2027, 6, 9), date(2027, 6, 10)), ("other_cohort", 900))
        assert remarks(spread(1, *june, LYON, avoided=everywhere)) == [("other_cohort",)]

    def test_a_day_to_avoid_is_preferred_to_a_school_holiday(self) -> None:
        avoided = {date(2027, 2, 12): ("shared_people", 10**8)}
        assert starts(spread(1, date(2027, 2, 12), date(2027, 2, 15), LYON, avoided=avoided)) == ["Fri 2027-02-12"]

    def test_each_session_keeps_its_own_length(self) -> None:
        proposals = spread_lengths([1, 3, 2], date(2027, 6, 1), date(2027, 6, 30), LYON)
        assert [len(proposal.days) for proposal in proposals] == [1, 3, 2]
        days = [day for proposal in proposals for day in proposal.days]
        assert days == sorted(set(days))

    def test_taken_days_are_never_proposed(self) -> None:
        taken = [date(2027, 6, 8), date(2027, 6, 9)]
        assert starts(spread(1, date(2027, 6, 7), date(2027, 6, 11), NATIONAL, taken=taken)) == ["Thu 2027-06-10"]

    def test_sessions_without_a_date_come_last(self) -> None:
        proposals = spread(3, date(2027, 6, 8), date(2027, 6, 9), NATIONAL)
        assert starts(proposals) == ["Tue 2027-06-08", "Wed 2027-06-09"]
        assert proposals[2] == NO_DATE_LEFT
        assert NO_DATE_LEFT.remarks == ("no_room",)

    @pytest.mark.parametrize("end", [date(2027, 6, 6), date(2020, 1, 1)])
    def test_bounds_without_a_working_day_leave_no_date(self, end: date) -> None:
        assert spread(2, date(2027, 6, 5), end, NATIONAL) == [NO_DATE_LEFT, NO_DATE_LEFT]

    def test_no_sessions_give_no_proposals(self) -> None:
        assert spread(0, date(2027, 6, 7), date(2027, 6, 11), NATIONAL) == []

    def test_a_session_lasts_one_day_at_least(self) -> None:
        with pytest.raises(ValueError, match="one day at least"):
            spread(1, date(2027, 6, 7), date(2027, 6, 11), NATIONAL, days_per_session=0)

    def test_the_order_of_periods_changes_nothing(self) -> None:
        periods = [
            *KNOWN_CORRECTIONS,
            Period(date(2027, 3, 1), date(2027, 4, 9), PeriodKind.CLOSED),
            Period(date(2027, 6, 1), date(2027, 6, 30), PeriodKind.SCHOOL_HOLIDAY),
        ]
        bounds = (date(2027, 1, 4), date(2027, 7, 9))
        assert spread(5, *bounds, LYON, periods=periods) == spread(5, *bounds, LYON, periods=periods[::-1])

    @settings(deadline=None)
    @given(COUNTS, SPANS, CALENDARS, st.integers(1, 6), st.sets(DAYS, max_size=40))
    def test_proposed_days_are_free_working_days_in_bounds_and_in_order(
        self, count, span, calendar, days, taken
    ) -> None:
        start, end = span
        proposals = spread(count, start, end, calendar, days_per_session=days, taken=taken)
        proposed = [day for proposal in proposals for day in proposal.days]
        assert len(proposals) == count
        assert proposed == sorted(set(proposed))
        assert all(start <= day <= end and is_working_day(day, calendar) for day in proposed)
        assert taken.isdisjoint(proposed)
        assert {len(proposal.days) for proposal in proposals} <= {0, days}
        assert all((proposal.remarks == ("no_room",)) is not bool(proposal.days) for proposal in proposals)

    @settings(deadline=None)
    @given(st.integers(1, 6), DAYS, st.integers(0, 200), st.integers(1, 4))
    def test_session_days_follow_each_other(self, count: int, start: date, length: int, days: int) -> None:
        for proposal in spread(count, start, start + timedelta(days=length), LYON, days_per_session=days):
            assert all(add_working_days(day, 1, LYON) == after for day, after in pairwise(proposal.days))

    @settings(deadline=None)
    @given(DAYS, st.integers(1, 300))
    def test_a_compromise_is_made_only_when_unavoidable(self, start: date, length: int) -> None:
        end = start + timedelta(days=length)
        worked = [day for day in days_between(start, end) if is_working_day(day, LYON)]
        free = [
            day for day in worked if not (is_school_holiday(day, LYON) or is_closed_season(day) or is_bridge(day, LYON))
        ]
        [proposal] = spread(1, start, end, LYON)
        avoidable = {"school_holiday", "closed_season", "bridge", "no_room"}
        assert avoidable.isdisjoint(proposal.remarks) is bool(free)

    @settings(deadline=None)
    @given(COUNTS, DAYS, st.integers(0, 300), CALENDARS)
    def test_the_result_is_deterministic(self, count: int, start: date, length: int, calendar: Calendar) -> None:
        end = start + timedelta(days=length)
        assert spread(count, start, end, calendar) == spread(count, start, end, calendar)


class TestSeparateWeeks:
    def test_of_a_spring_residency(self) -> None:
        proposals = separate_weeks(date(2027, 1, 11), date(2027, 7, 9), calendar=LYON)
        assert starts(proposals) == ["Mon 2027-02-08", "Mon 2027-04-05", "Mon 2027-06-07"]
        assert remarks(proposals) == [(), (), ()]
        assert proposals[0].days == tuple(days_between(date(2027, 2, 8), date(2027, 2, 12)))

    def test_leave_a_week_in_between(self) -> None:
        proposals = separate_weeks(date(2027, 5, 31), date(2027, 7, 2), calendar=NATIONAL)
        assert starts(proposals) == ["Mon 2027-05-31", "Mon 2027-06-14", "Mon 2027-06-28"]

    def test_weeks_without_a_date_come_last(self) -> None:
        proposals = separate_weeks(date(2027, 5, 31), date(2027, 6, 25), calendar=NATIONAL)
        assert len(starts(proposals)) == 2
        assert proposals[2] == NO_DATE_LEFT

    def test_a_public_holiday_shortens_the_week_with_a_remark(self) -> None:
        [week] = separate_weeks(date(2027, 11, 8), date(2027, 11, 12), 1, calendar=NATIONAL)
        assert week.days == tuple(date(2027, 11, day) for day in (8, 9, 10, 12))
        assert week.remarks == ("public_holiday", "bridge", "unknown_school_calendar")

    def test_move_off_a_public_holiday(self) -> None:
        [week] = separate_weeks(date(2027, 5, 10), date(2027, 5, 28), 1, calendar=LYON)
        assert (week.days[0], week.remarks) == (date(2027, 5, 10), ())

    def test_move_off_school_holidays(self) -> None:
        [week] = separate_weeks(date(2027, 2, 8), date(2027, 2, 26), 1, calendar=LYON)
        assert (week.days[0], week.remarks) == (date(2027, 2, 8), ())

    def test_unavoidable_school_holidays_of_a_week_are_a_remark(self) -> None:
        [week] = separate_weeks(date(2027, 2, 15), date(2027, 2, 26), 1, calendar=LYON)
        assert week.remarks == ("school_holiday",)

    def test_keep_off_taken_days(self) -> None:
        bounds = (date(2027, 6, 7), date(2027, 6, 18))
        [week] = separate_weeks(*bounds, 1, calendar=NATIONAL, taken=[date(2027, 6, 9)])
        assert week.days[0] == date(2027, 6, 14)

    def test_never_start_before_the_first_day(self) -> None:
        assert separate_weeks(date(2027, 6, 8), date(2027, 6, 11), 1, calendar=NATIONAL) == [NO_DATE_LEFT]

    @settings(deadline=None)
    @given(DAYS, st.integers(0, 250), st.integers(0, 4), CALENDARS)
    def test_are_whole_separate_and_in_bounds(self, start: date, length: int, count: int, calendar: Calendar) -> None:
        end = start + timedelta(days=length)
        proposals = separate_weeks(start, end, count, calendar=calendar)
        placed = [proposal.days for proposal in proposals if proposal.days]
        mondays = [days[0] - timedelta(days=days[0].weekday()) for days in placed]
        assert len(proposals) == count
        assert all(start <= monday and monday + timedelta(days=4) <= end for monday in mondays)
        assert all(later - earlier >= timedelta(days=14) for earlier, later in pairwise(mondays))
        for monday, days in zip(mondays, placed, strict=True):
            week = days_between(monday, monday + timedelta(days=4))
            assert days == tuple(day for day in week if is_working_day(day, calendar))


@pytest.mark.parametrize(("day", "edge"), [(7, True), (8, False), (9, False), (10, False), (11, True), (12, False)])
def test_mondays_and_fridays(day: int, edge: bool) -> None:
    assert is_monday_or_friday(date(2027, 6, day)) is edge
