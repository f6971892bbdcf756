"""Calendars worked out for authorities of an edition, saved nowhere."""

from datetime import date

import pytest

from cohorts.models import Cohort
from cohorts.planning import Pattern, PhaseMonths, Plan, PlannedSession
from cohorts.proposals import Entry, Proposed, known_periods, pattern_of, proposed
from programmes.models import CalendarPeriod
from programmes.workdays import KNOWN_CORRECTIONS
from tests.factories.programmes import AuthorityFactory, FormatFactory

pytestmark = pytest.mark.django_db
START, TODAY = date(2027, 1, 4), date(2026, 11, 24)


def test_a_format_is_read_as_a_pattern():
    version = FormatFactory(
        months=6, sessions=5, days_per_session=3, onsite_weeks=2, phases=(("immersion", 0, 5), ("handover", 5, 6))
    )
    assert pattern_of(version) == Pattern(6, 5, 3, 2, (PhaseMonths("immersion", 0, 5), PhaseMonths("handover", 5, 6)))


def test_a_cohort_is_called_after_its_authority_and_its_site():
    authority = AuthorityFactory(name="Île-de-France")
    assert Entry(authority).name == "Île-de-France"
    assert Entry(authority, site="Lycée Colbert").name == "Île-de-France, Lycée Colbert"
    assert len(Entry(authority, site="x" * 119).name) == 120


def test_each_authority_gets_its_own_calendar_and_nothing_is_saved():
    first, later = Entry(AuthorityFactory()), Entry(AuthorityFactory(), date(2027, 3, 1))
    pattern = pattern_of(FormatFactory(sessions=2))
    found = proposed(pattern, START, [first, later], periods=known_periods(), today=TODAY)
    assert [(one.entry, one.plan.starts_on, len(one.plan.sessions)) for one in found] == [
        (first, START, 2),
        (later, date(2027, 3, 1), 2),
    ]
    assert not Cohort.objects.exists()


def test_each_authority_is_planned_by_its_own_holidays():
    alsace = Entry(AuthorityFactory(holiday_subdivision="6AE"))
    brittany = Entry(AuthorityFactory(holiday_subdivision=""))
    pattern = Pattern(months=1, sessions=22, days_per_session=1)
    found = proposed(pattern, date(2027, 3, 15), [alsace, brittany], periods=known_periods(), today=TODAY)
    good_friday = date(2027, 3, 26)
    assert [any(good_friday in session.days for session in one.plan.sessions) for one in found] == [False, True]


def test_the_editable_table_is_read_after_the_known_corrections():
    line = CalendarPeriod.objects.create(
        name="Elections", kind="electoral", starts_on=date(2027, 4, 1), ends_on=date(2027, 5, 2)
    )
    assert known_periods() == (*KNOWN_CORRECTIONS, line.period)


def test_lines_say_when_what_and_what_could_not_be_avoided():
    sessions = (
        PlannedSession("1", "kick_off", (date(2027, 1, 5), date(2027, 1, 6))),
        PlannedSession("2", "group", (date(2027, 2, 15),), ("school_holiday", "monday_or_friday")),
        PlannedSession("3", "group", (date(2027, 3, 1),), ("monday_or_friday",)),
        PlannedSession("4", "group", (), ("no_room",)),
    )
    calendar = Proposed(Entry(AuthorityFactory()), Plan(START, date(2027, 7, 3), (), sessions))
    assert [(line.first, line.last, str(line.kind), line.is_conflict) for line in calendar.lines] == [
        (date(2027, 1, 5), date(2027, 1, 6), "kick-off", False),
        (date(2027, 2, 15), date(2027, 2, 15), "group session", True),
        (date(2027, 3, 1), date(2027, 3, 1), "group session", False),
        (None, None, "group session", True),
    ]
    assert [line.session.number for line in calendar.conflicts] == ["2", "4"]
    assert [str(remark.text) for remark in calendar.lines[1].remarks] == [
        "During the school holidays there.",
        "On a Monday or a Friday.",
    ]
