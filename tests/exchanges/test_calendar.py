"""Windows for an exchange: what blocks a day, what a day costs, which three windows are proposed."""

from datetime import date, timedelta
from itertools import combinations
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchanges.calendar import (
    BLOCKING_SLUGS,
    WEIGHTS,
    ParticipatingCohort,
    Reason,
    Window,
    objections,
    propose_windows,
    target_days,
)
from programmes.workdays import (
    KNOWN_CORRECTIONS,
    SUBDIVISIONS,
    ZONES,
    Calendar,
    Period,
    PeriodKind,
    days_between,
    is_closed_season,
    is_working_day,
)

LYON = ParticipatingCohort("LYO", Calendar(None, "A"), members=12)
NANTES = ParticipatingCohort("PDL", Calendar(None, "B"), members=15)
STRASBOURG = ParticipatingCohort("STR", Calendar("6AE", "B"), members=10)
METZ = ParticipatingCohort("MET", Calendar("57", "B"), members=9)
TOULOUSE = ParticipatingCohort("OCC", Calendar(None, "C"), members=8)
EVERYBODY = (LYON, NANTES, STRASBOURG, METZ, TOULOUSE)
HOST = NANTES.calendar
ELECTION = Period(date(2027, 6, 7), date(2027, 6, 20), PeriodKind.ELECTORAL, zones=frozenset({"C"}))
CLOSURE = Period(date(2027, 6, 15), date(2027, 6, 16), PeriodKind.CLOSED, zones=frozenset({"B"}))

CALENDARS = st.builds(Calendar, st.sampled_from([None, *SUBDIVISIONS]), st.sampled_from([None, *ZONES]))
DAYS = st.dates(date(2026, 6, 1), date(2029, 12, 31))
PARTICIPANTS = st.lists(
    st.builds(
        ParticipatingCohort,
        st.text("ABCDE", min_size=1, max_size=4),
        CALENDARS,
        st.integers(0, 20),
        st.frozensets(DAYS, max_size=5),
    ),
    max_size=5,
    unique_by=lambda participant: participant.key,
)
PERIODS = st.lists(
    st.builds(
        lambda start, days, kind, zones: Period(start, start + timedelta(days=days), kind, zones=zones),
        DAYS,
        st.integers(0, 40),
        st.sampled_from(PeriodKind),
        st.frozensets(st.sampled_from(ZONES)),
    ),
    max_size=5,
)
TAKEN = st.lists(st.tuples(DAYS, st.integers(1, 5)), max_size=5)


def slugs(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.slug for reason in reasons]


def against(start: date, days: int = 2, periods=KNOWN_CORRECTIONS, taken=()) -> list[str]:
    return slugs(objections(start, days, HOST, EVERYBODY, periods=periods, taken=taken))


def starts(windows: list[Window]) -> list[str]:
    return [f"{window.start:%a %Y-%m-%d}" for window in windows]


def test_slugs_are_stable() -> None:
    assert {"weekend", "host_public_holiday", "closed_season", "closed_period", "other_exchange"} == BLOCKING_SLUGS
    assert list(WEIGHTS) == [
        "public_holiday",
        "own_session",
        "school_holiday",
        "electoral",
        "bridge",
        "unknown_school_calendar",
        "monday_or_friday",
    ]


class TestTargets:
    def test_targets_are_every_six_months(self) -> None:
        assert target_days(date(2027, 1, 1), date(2029, 1, 1), 6) == [
            date(2027, 7, 1),
            date(2028, 1, 1),
            date(2028, 7, 1),
            date(2029, 1, 1),
        ]

    def test_last_target_is_the_last_day_of_an_edition_that_ends_the_day_before(self) -> None:
        assert target_days(date(2027, 1, 1), date(2028, 12, 31), 12) == [date(2028, 1, 1), date(2028, 12, 31)]

    def test_targets_after_the_end_are_left_out(self) -> None:
        assert target_days(date(2027, 1, 1), date(2028, 3, 31), 6) == [date(2027, 7, 1), date(2028, 1, 1)]

    def test_target_is_the_last_day_of_a_shorter_month(self) -> None:
        assert target_days(date(2026, 8, 31), date(2027, 8, 31), 6) == [date(2027, 2, 28), date(2027, 8, 31)]

    @pytest.mark.parametrize("interval", [None, 0])
    def test_no_targets_without_an_interval(self, interval: int | None) -> None:
        assert target_days(date(2027, 1, 1), date(2029, 1, 1), interval) == []

    def test_no_targets_in_an_edition_shorter_than_the_interval(self) -> None:
        assert target_days(date(2027, 1, 1), date(2027, 5, 1), 6) == []

    @given(DAYS, st.integers(0, 1200), st.integers(1, 24))
    def test_targets_are_in_order_within_the_edition(self, start: date, length: int, interval: int) -> None:
        end = start + timedelta(days=length)
        dates = target_days(start, end, interval)
        assert dates == sorted(set(dates))
        assert all(start < target <= end for target in dates)


class TestYear2027:
    """The two-day starts without objections, counted by hand on the official calendar."""

    FREE = (
        ((1, 5), (2, 3)),
        ((3, 9), (3, 24)),
        ((3, 30), (3, 31)),
        ((5, 4), (5, 4)),
        ((5, 11), (5, 12)),
        ((5, 18), (5, 26)),
        ((6, 1), (6, 30)),
        ((9, 1), (9, 29)),
        ((10, 5), (10, 20)),
        ((11, 9), (11, 9)),
        ((11, 16), (11, 24)),
        ((11, 30), (11, 30)),
        ((12, 1), (12, 8)),
    )

    @staticmethod
    def untouched(periods: tuple[Period, ...]) -> list[date]:
        year = days_between(date(2027, 1, 1), date(2027, 12, 31))
        return [day for day in year if objections(day, 2, HOST, EVERYBODY, periods=periods) == ()]

    def test_year_has_59_starts_without_objection(self) -> None:
        expected = [
            day
            for first, last in self.FREE
            for day in days_between(date(2027, *first), date(2027, *last))
            if day.weekday() in {1, 2}
        ]
        assert self.untouched(KNOWN_CORRECTIONS) == expected
        assert len(expected) == 59

    def test_year_has_58_starts_without_the_correction_of_1_september(self) -> None:
        assert set(self.untouched(KNOWN_CORRECTIONS)) - set(self.untouched(())) == {date(2027, 9, 1)}
        assert len(self.untouched(())) == 58


class TestObjections:
    def test_tuesday_in_june_has_no_objection(self) -> None:
        assert objections(date(2027, 6, 8), 2, HOST, EVERYBODY) == ()

    def test_the_correction_is_used_by_default(self) -> None:
        assert against(date(2027, 9, 1)) == []
        assert against(date(2027, 9, 1), periods=()) == ["school_holiday"]

    def test_school_holidays_name_the_zones_and_members_concerned(self) -> None:
        assert objections(date(2027, 2, 23), 2, HOST, EVERYBODY) == (
            Reason(
                "school_holiday",
                days=(date(2027, 2, 23), date(2027, 2, 24)),
                members=12 + 15 + 10 + 9,
                zones=("A", "B"),
                participants=("LYO", "MET", "PDL", "STR"),
            ),
        )

    def test_public_holiday_elsewhere_is_costly_and_at_the_host_blocks(self) -> None:
        good_friday = date(2027, 3, 26)
        assert against(good_friday, 1) == ["public_holiday", "monday_or_friday"]
        at_strasbourg = objections(good_friday, 1, STRASBOURG.calendar, EVERYBODY)
        assert slugs(at_strasbourg) == ["host_public_holiday", "monday_or_friday"]

    def test_public_holiday_elsewhere_names_the_participants(self) -> None:
        [elsewhere, _friday] = objections(date(2027, 3, 26), 1, HOST, EVERYBODY)
        assert (elsewhere.members, elsewhere.participants) == (19, ("MET", "STR"))

    @pytest.mark.parametrize(
        ("start", "days", "expected"),
        [
            (date(2027, 6, 12), 1, ["weekend"]),
            (date(2027, 5, 6), 1, ["host_public_holiday", "school_holiday"]),
            (date(2027, 5, 7), 1, ["school_holiday", "bridge", "monday_or_friday"]),
            (date(2027, 11, 12), 1, ["bridge", "monday_or_friday"]),
            (date(2027, 7, 13), 1, ["closed_season", "school_holiday"]),
            (date(2027, 12, 14), 2, ["closed_season"]),
            (date(2027, 6, 10), 2, ["monday_or_friday"]),
            (date(2027, 6, 11), 2, ["weekend", "monday_or_friday"]),
        ],
    )
    def test_objections_by_day(self, start: date, days: int, expected: list[str]) -> None:
        assert against(start, days) == expected

    def test_objection_lists_only_its_own_days(self) -> None:
        [reason] = objections(date(2027, 6, 10), 2, HOST, EVERYBODY)
        assert reason.days == (date(2027, 6, 11),)

    def test_an_electoral_period_concerns_its_zones(self) -> None:
        [reason] = objections(date(2027, 6, 8), 1, HOST, EVERYBODY, periods=(ELECTION,))
        assert (reason.slug, reason.members, reason.participants) == ("electoral", 8, ("OCC",))

    def test_closed_period_at_the_host_blocks(self) -> None:
        assert against(date(2027, 6, 16), 1, periods=(CLOSURE,)) == ["closed_period"]
        elsewhere = objections(date(2027, 6, 16), 1, LYON.calendar, EVERYBODY, periods=(CLOSURE,))
        assert elsewhere == ()

    def test_another_exchange_blocks(self) -> None:
        assert against(date(2027, 6, 9), taken=[(date(2027, 6, 10), 2)]) == ["other_exchange"]
        assert against(date(2027, 6, 8), taken=[(date(2027, 6, 10), 2)]) == []

    def test_own_session_concerns_its_cohort(self) -> None:
        busy = ParticipatingCohort("LYO", LYON.calendar, 12, frozenset({date(2027, 6, 9)}))
        assert objections(date(2027, 6, 8), 2, HOST, (busy, NANTES)) == (
            Reason("own_session", (date(2027, 6, 9),), members=12, zones=("A",), participants=("LYO",)),
        )

    def test_host_is_used_while_no_participant_is_known(self) -> None:
        assert objections(date(2027, 6, 11), 1, HOST, ()) == (
            Reason("monday_or_friday", (date(2027, 6, 11),), members=0, zones=("B",), participants=()),
        )

    def test_an_exchange_lasts_one_day_at_least(self) -> None:
        with pytest.raises(ValueError, match="one day at least"):
            objections(date(2027, 6, 8), 0, HOST, EVERYBODY)


class TestWindows:
    def test_three_windows_near_a_target_in_summer(self) -> None:
        windows = propose_windows(date(2027, 7, 11), 2, HOST, EVERYBODY)
        assert starts(windows) == ["Wed 2027-06-30", "Wed 2027-06-23", "Wed 2027-06-16"]

    def test_window_on_target_costs_nothing(self) -> None:
        [window] = propose_windows(date(2027, 6, 8), 2, HOST, EVERYBODY, best=1)
        days = (date(2027, 6, 8), date(2027, 6, 9))
        everyone = {"members": 54, "zones": ("A", "B", "C"), "participants": ("LYO", "MET", "OCC", "PDL", "STR")}
        assert window == Window(
            start=date(2027, 6, 8),
            days=days,
            cost=0,
            distance=0,
            in_favour=(
                Reason("no_school_holiday", days, **everyone),
                Reason("no_session", days, **everyone),
                Reason("midweek", days, **everyone),
                Reason("near_target"),
            ),
            against=(),
            estimated=False,
        )

    def test_cost_counts_members_days_and_distance(self) -> None:
        [window] = propose_windows(date(2027, 2, 22), 1, HOST, (LYON, TOULOUSE), weeks=0)
        assert slugs(window.against) == ["school_holiday", "monday_or_friday"]
        assert window.cost == 12 * WEIGHTS["school_holiday"] + (12 + 8) * WEIGHTS["monday_or_friday"]

    def test_each_day_from_the_target_costs_one_per_member(self) -> None:
        windows = propose_windows(date(2027, 6, 8), 1, HOST, (LYON, TOULOUSE))
        assert [(window.distance, window.cost) for window in windows] == [(0, 0), (-5, 100), (7, 140)]

    def test_school_holidays_of_a_larger_cohort_cost_more(self) -> None:
        large, small = (
            ParticipatingCohort("L", Calendar(None, "A"), 20),
            ParticipatingCohort("S", Calendar(None, "C"), 5),
        )
        target = date(2027, 2, 15)  # A is off from the 13th, C until the 21st
        [window] = propose_windows(target, 2, HOST, (large, small), weeks=1, best=1)
        assert starts([window]) == ["Wed 2027-02-10"]
        assert [(reason.slug, reason.participants) for reason in window.against] == [("school_holiday", ("S",))]

    def test_cohort_without_members_weighs_as_one(self) -> None:
        empty = ParticipatingCohort("NEW", Calendar(None, "A"), 0)
        [window] = propose_windows(date(2027, 2, 22), 1, HOST, (empty,), weeks=0)
        assert window.cost == WEIGHTS["school_holiday"] + WEIGHTS["monday_or_friday"]

    def test_window_far_from_the_target_has_a_reason_against(self) -> None:
        windows = propose_windows(date(2027, 7, 11), 2, HOST, EVERYBODY)
        assert [slugs(window.against) for window in windows] == [[], ["far_from_target"], ["far_from_target"]]
        assert ["near_target" in slugs(window.in_favour) for window in windows] == [True, False, False]

    def test_windows_without_a_published_calendar_are_estimated(self) -> None:
        def estimates(target: date, calendar: Calendar) -> set[bool]:
            windows = propose_windows(target, 2, calendar, [ParticipatingCohort("X", calendar, 5)])
            return {window.estimated for window in windows}

        assert estimates(date(2028, 6, 6), Calendar(None, "A")) == {False}
        assert estimates(date(2028, 11, 14), Calendar(None, "A")) == {True}
        assert estimates(date(2028, 11, 14), Calendar("974")) == {False}

    def test_windows_avoid_days_taken(self) -> None:
        [window] = propose_windows(date(2027, 6, 8), 2, HOST, EVERYBODY, taken=[(date(2027, 6, 8), 2)], best=1)
        assert starts([window]) == ["Wed 2027-06-02"]

    def test_windows_of_equal_cost_are_sorted_by_date(self) -> None:
        sunday = date(2027, 6, 13)
        windows = propose_windows(sunday, 1, HOST, EVERYBODY, taken=[(date(2027, 6, 15), 1)], best=2)
        assert [(window.distance, window.cost) for window in windows] == [(-3, 3 * 54), (3, 3 * 54)]

    def test_tuesday_after_the_target_is_better_than_monday_on_it(self) -> None:
        [window] = propose_windows(date(2027, 6, 14), 1, HOST, EVERYBODY, best=1)
        assert starts([window]) == ["Tue 2027-06-15"]

    def test_windows_are_never_before_the_given_day(self) -> None:
        windows = propose_windows(date(2027, 6, 8), 2, HOST, EVERYBODY, not_before=date(2027, 6, 22))
        assert starts(windows) == ["Tue 2027-06-22", "Tue 2027-06-29", "Tue 2027-07-06"]

    def test_no_windows_if_the_given_day_is_after_the_search(self) -> None:
        assert propose_windows(date(2027, 6, 8), 2, HOST, EVERYBODY, not_before=date(2028, 1, 1)) == []

    def test_no_windows_if_everything_is_closed(self) -> None:
        assert propose_windows(date(2027, 8, 4), 2, HOST, EVERYBODY, weeks=2) == []

    def test_no_windows_longer_than_a_working_week(self) -> None:
        assert propose_windows(date(2027, 6, 8), 6, HOST, EVERYBODY) == []

    def test_ten_cohorts_and_thirty_periods_take_well_under_100_ms(self) -> None:
        cohorts = [ParticipatingCohort(f"C{turn}", Calendar(None, ZONES[turn % 3]), 15) for turn in range(10)]
        periods = [ELECTION] * 30
        propose_windows(date(2027, 7, 11), 2, HOST, cohorts, periods=periods)
        before = thread_time()
        propose_windows(date(2027, 7, 11), 2, HOST, cohorts, periods=periods)
        assert thread_time() - before < 0.1


class TestAnyWindow:
    @settings(deadline=None)
    @given(st.tuples(DAYS, st.integers(1, 4), CALENDARS, PARTICIPANTS, PERIODS, TAKEN))
    def test_window_is_never_on_a_closed_day(self, drawn) -> None:
        target, days, host, participants, periods, taken = drawn
        busy = {start + timedelta(days=more) for start, length in taken for more in range(length)}
        closures = [period for period in periods if period.kind is PeriodKind.CLOSED]
        for window in propose_windows(target, days, host, participants, periods=periods, taken=taken):
            for day in window.days:
                assert is_working_day(day, host)
                assert not is_closed_season(day)
                assert day not in busy
                assert not any(period.covers(day, host) for period in closures)

    @settings(deadline=None)
    @given(st.tuples(DAYS, st.integers(1, 4), CALENDARS, PARTICIPANTS, st.integers(0, 8), st.integers(0, 5)))
    def test_window_is_near_the_target_and_apart_from_the_others(self, drawn) -> None:
        target, days, host, participants, weeks, best = drawn
        windows = propose_windows(target, days, host, participants, weeks=weeks, best=best)
        assert len(windows) <= best
        assert all(abs(window.start - target) <= timedelta(weeks=weeks) for window in windows)
        assert all(window.days == tuple(days_between(window.start, window.days[-1])) for window in windows)
        assert all(set(one.days).isdisjoint(other.days) for one, other in combinations(windows, 2))
        assert len({window.start.isocalendar()[:2] for window in windows}) == len(windows)
        assert [window.cost for window in windows] == sorted(window.cost for window in windows)

    @settings(deadline=None)
    @given(st.tuples(DAYS, st.integers(1, 4), PARTICIPANTS, PERIODS, TAKEN, st.randoms(use_true_random=False)))
    def test_windows_do_not_depend_on_the_input_order(self, drawn) -> None:
        target, days, participants, periods, taken, random = drawn

        def shuffled(rows: list) -> list:
            return random.sample(rows, len(rows))

        first = propose_windows(target, days, HOST, participants, periods=periods, taken=taken)
        again = propose_windows(
            target, days, HOST, shuffled(participants), periods=shuffled(periods), taken=shuffled(taken)
        )
        assert again == first

    @settings(deadline=None)
    @given(DAYS, st.integers(1, 4), CALENDARS, PARTICIPANTS, PERIODS)
    def test_window_has_the_objections_to_its_dates(self, target, days, host, participants, periods) -> None:
        for window in propose_windows(target, days, host, participants, periods=periods):
            expected = objections(window.start, days, host, participants, periods=periods)
            assert expected == tuple(reason for reason in window.against if reason.slug != "far_from_target")
            assert BLOCKING_SLUGS.isdisjoint(slugs(expected))
