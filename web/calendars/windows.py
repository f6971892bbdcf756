"""The days that a page of a calendar covers, by view and day. Pure: values in, values out."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from web.dates.plausible import FIRST_DAY, LAST_DAY
from web.text import formats

SIX_DAYS, ONE_DAY = timedelta(days=6), timedelta(days=1)


class CalendarView(TextChoices):
    """The views of a calendar: a grid of a month, a grid of a week, and the list of a month."""

    MONTH = "month", pgettext_lazy("calendar", "Month")
    WEEK = "week", pgettext_lazy("calendar", "Week")
    AGENDA = "agenda", pgettext_lazy("calendar", "Agenda")


@dataclass(frozen=True, slots=True)
class CalendarWindow:
    """The days of a calendar around the day `on`: its week from Monday to Sunday, or its month."""

    view: CalendarView
    on: date

    @property
    def first(self) -> date:
        """The first day."""
        return self.on - timedelta(days=self.on.weekday()) if self.view == CalendarView.WEEK else self.on.replace(day=1)

    @property
    def last(self) -> date:
        """The last day."""
        if self.view == CalendarView.WEEK:
            return self.first + SIX_DAYS
        return self.on.replace(day=monthrange(self.on.year, self.on.month)[1])

    @property
    def grid(self) -> tuple[date, date]:
        """The first and last day of the grid: full weeks, from the Monday before to the Sunday after."""
        first, last = self.first - timedelta(days=self.first.weekday()), self.last
        return first, last + timedelta(days=6 - last.weekday())

    @property
    def previous(self) -> date | None:
        """A day of the week or month before; None before 1990."""
        day = self.first - ONE_DAY
        return day if day >= FIRST_DAY else None

    @property
    def next(self) -> date | None:
        """The first day of the week or month after; None after 2100."""
        day = self.last + ONE_DAY
        return day if day <= LAST_DAY else None

    def title(self, locale: str) -> str:
        """Return the days in words, in French or English (`locale`): April 2027, or 5–11 April 2027."""
        if self.view == CalendarView.WEEK:
            return formats.period(self.first, self.last, locale)
        title = formats.month(self.first, locale)
        return title[:1].upper() + title[1:]
