"""Tests of calendars proposed for authorities of an edition, which are not saved."""

from datetime import date

import pytest

from cohorts.calendars.planning import CalendarPattern, CalendarPlan, PatternPhase, PlannedSession
from cohorts.calendars.proposals import (
    Participation,
    ProposedCalendar,
    calendar_periods,
    pattern_of,
    proposed_calendars,
)
from cohorts.models import Cohort
from programmes.models import CalendarPeriod
from programmes.workdays import KNOWN_CORRECTIONS
from tests.factories.programmes import AuthorityFactory, FormatFactory

pytestmark = pytest.mark.django_db
START, TODAY = date(2027, 1, 4), date(2026, 11, 24)


def test_a_format_gives_a_calendar_pattern():
    version = FormatFactory(
        months=6, sessions=5, days_per_session=3, onsite_weeks=2, phases=(("immersion", 0, 5), ("handover", 5, 6))
    )
    assert pattern_of(version) == CalendarPattern(
        6, 5, 3, 2, (PatternPhase("immersion", 0, 5), PatternPhase("handover", 5, 6))
    )


def test_a_cohort_is_named_after_its_authority_and_site():
    authority = AuthorityFactory(name="Île-de-France")
    assert Participation(authority).name == "Île-de-France"
    assert Participation(authority, site="Lycée Colbert").name == "Île-de-France, Lycée Colbert"
    assert len(Participation(authority, site="x" * 119).name) == 120


def test_each_authority_gets_its_own_calendar_and_nothing_is_saved():
    first, later = Participation(AuthorityFactory()), Participation(AuthorityFactory(), date(2027, 3, 1))
    pattern = pattern_of(FormatFactory(sessions=2))
    calendars = proposed_calendars(pattern, START, [first, later], periods=calendar_periods(), today=TODAY)
    assert [(one.participation, one.plan.starts_on, len(one.plan.sessions)) for one in calendars] == [
        (first, START, 2),
        (later, date(2027, 3, 1), 2),
    ]
    assert not Cohort.objects.exists()


def test_each_authority_is_planned_by_its_own_holidays():
    alsace = Participation(AuthorityFactory(holiday_subdivision="6AE"))
    brittany = Participation(AuthorityFactory(holiday_subdivision=""))
    pattern = CalendarPattern(months=1, sessions=22, days_per_session=1)
    calendars = proposed_calendars(
        pattern, date(2027, 3, 15), [alsace, brittany], periods=calendar_periods(), today=TODAY
    )
    good_friday = date(2027, 3, 26)
    assert [any(good_friday in session.days for session in one.plan.sessions) for one in calendars] == [False, True]


def test_the_editable_periods_are_read_after_the_known_corrections():
    line = CalendarPeriod.objects.create(
        name="Elections", kind="electoral", starts_on=date(2027, 4, 1), ends_on=date(2027, 5, 2)
    )
    assert calendar_periods() == (*KNOWN_CORRECTIONS, line.period)


def test_proposed_sessions_have_dates_kind_and_remarks():
    sessions = (
        PlannedSession("1", "kick_off", (date(2027, 1, 5), date(2027, 1, 6))),
        PlannedSession("2", "group", (date(2027, 2, 15),), ("school_holiday", "monday_or_friday")),
        PlannedSession("3", "group", (date(2027, 3, 1),), ("monday_or_friday",)),
        PlannedSession("4", "group", (), ("no_room",)),
    )
    calendar = ProposedCalendar(Participation(AuthorityFactory()), CalendarPlan(START, date(2027, 7, 3), (), sessions))
    assert [(line.first, line.last, str(line.kind), line.is_conflict) for line in calendar.proposed_sessions] == [
        (date(2027, 1, 5), date(2027, 1, 6), "kick-off", False),
        (date(2027, 2, 15), date(2027, 2, 15), "group session", True),
        (date(2027, 3, 1), date(2027, 3, 1), "group session", False),
        (None, None, "group session", True),
    ]
    assert [line.session.number for line in calendar.conflicts] == ["2", "4"]
    assert [str(remark.text) for remark in calendar.proposed_sessions[1].remarks] == [
        "During local school holidays.",
        "On a Monday or a Friday.",
    ]
