"""Verbs on the table of periods that adds to, or corrects, the published calendars."""

from copy import copy
from datetime import date
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy

from accounts.models import User
from programmes.models import CalendarPeriod
from web.actions import action


class PeriodFacts(TypedDict):
    """One line of the table; empty zone and subdivision mean everywhere."""

    name: str
    kind: str
    starts_on: date
    ends_on: date
    school_zone: str
    holiday_subdivision: str


@action(gettext_lazy("Calendar period added"))
def add_calendar_period(*, by: User | None, **facts: Unpack[PeriodFacts]) -> CalendarPeriod:
    return CalendarPeriod.objects.create(**facts)


@action(gettext_lazy("Calendar period changed"))
def change_calendar_period(*, period: CalendarPeriod, by: User | None, **facts: Unpack[PeriodFacts]) -> CalendarPeriod:
    changed = copy(period)
    for name, value in facts.items():
        setattr(changed, name, value)
    changed.save()
    return changed


@action(gettext_lazy("Calendar period removed"))
def remove_calendar_period(*, period: CalendarPeriod, by: User | None) -> None:
    """Take the line out; dates agreed on meanwhile stay where they are."""
    period.delete()
