"""Actions on the table of calendar periods."""

from datetime import date

import pytest

from accounts.models import User
from programmes import actions
from programmes.models import CalendarPeriod
from tests.factories.programmes import CalendarPeriodFactory
from web.errors import DomainError

LINE = {
    "name": "Municipales",
    "kind": "electoral",
    "starts_on": date(2027, 3, 1),
    "ends_on": date(2027, 3, 21),
    "school_zone": "",
    "holiday_subdivision": "",
}


def test_a_period_is_added(staff: User):
    line = actions.add_calendar_period(**LINE, by=staff)
    assert list(CalendarPeriod.objects.values(*LINE)) == [LINE]
    assert str(line) == "Municipales"


def test_adding_the_same_period_twice_is_refused(staff: User):
    actions.add_calendar_period(**LINE, by=staff)
    with pytest.raises(DomainError, match="This period is already in the table") as refused:
        actions.add_calendar_period(**LINE, by=staff)
    assert (refused.value.field, CalendarPeriod.objects.count()) == ("name", 1)


def test_an_end_before_the_start_is_refused(staff: User):
    with pytest.raises(DomainError, match="The end date of the period is before its start date") as refused:
        actions.add_calendar_period(**{**LINE, "ends_on": date(2027, 2, 28)}, by=staff)
    assert (refused.value.field, CalendarPeriod.objects.count()) == ("ends_on", 0)


def test_a_period_is_changed(staff: User):
    line = CalendarPeriodFactory()
    actions.change_calendar_period(period=line, **{**LINE, "kind": "closed"}, by=staff)
    assert list(CalendarPeriod.objects.values("name", "kind")) == [{"name": "Municipales", "kind": "closed"}]


def test_history_records_who_removed_a_period(staff: User):
    line = CalendarPeriodFactory()
    pk = line.pk
    actions.remove_calendar_period(period=line, by=staff)
    last = CalendarPeriod.pgh_event_model.objects.filter(pgh_obj_id=pk).latest("pgh_id")
    assert CalendarPeriod.objects.count() == 0
    assert (last.pgh_label, last.pgh_context.metadata["by"]) == ("delete", staff.pk)
