"""Actions on the editable table of calendar periods, which adds to, or corrects, the published calendars."""

from copy import copy
from datetime import date
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy

from accounts.models import User
from programmes.models import CalendarPeriod
from web.actions import action


class PeriodFacts(TypedDict):
    """The fields of a calendar period; an empty school zone and subdivision mean everywhere."""

    name: str
    kind: str
    starts_on: date
    ends_on: date
    school_zone: str
    holiday_subdivision: str


@action(gettext_lazy("Calendar period added"))
def add_calendar_period(*, by: User | None, **facts: Unpack[PeriodFacts]) -> CalendarPeriod:
    """Add a row with these facts to the table of calendar periods, and return it.

    Raises DomainError for a period that ends before it starts or is already in the table.
    """
    return CalendarPeriod.objects.create(**facts)


@action(gettext_lazy("Calendar period changed"))
def change_calendar_period(*, period: CalendarPeriod, by: User | None, **facts: Unpack[PeriodFacts]) -> CalendarPeriod:
    """Save new facts about a calendar period and return it; the given instance is not modified.

    Raises DomainError for a period that ends before it starts or equals another row of the table.
    """
    changed = copy(period)
    for name, value in facts.items():
        setattr(changed, name, value)
    changed.save()
    return changed


@action(gettext_lazy("Calendar period removed"))
def remove_calendar_period(*, period: CalendarPeriod, by: User | None) -> None:
    """Delete a calendar period; dates of sessions already agreed on do not change."""
    period.delete()
