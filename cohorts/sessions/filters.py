"""Filters of the list of sessions."""

from datetime import timedelta

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.models import Cohort
from cohorts.sessions.enums import SessionKind, SessionLead, SessionState
from cohorts.sessions.models import SessionQuerySet
from programmes.models import Edition
from web.dates.clock import day_of_rows
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import Reader

WEEK, MONTH = timedelta(days=6), timedelta(days=30)
PERIODS = [
    ("week", _("The next seven days")),
    ("month", _("The next thirty days")),
    ("past", pgettext_lazy("sessions", "Past")),
    ("all", _("All dates")),
]


def _cohorts(reader: Reader) -> QuerySet[Cohort]:
    """Return the cohorts that the reader may see, without published facts."""
    return Cohort.objects.visible_to(reader.user).filter(retrospective=False)


def _editions(reader: Reader) -> QuerySet[Edition]:
    """Return the editions of the cohorts that the reader may choose."""
    return Edition.objects.filter(pk__in=_cohorts(reader).values("edition"))


class SessionFilter(ListFilter):
    """Filter of the list of sessions by period, cohort, edition, kind, state and who led it.

    Upcoming ones are listed by default.
    The reader's day decides which sessions are upcoming.
    """

    period = filters.ChoiceFilter(
        label=_("When"), choices=PERIODS, empty_label=_("Upcoming"), method="in_period", required=False
    )
    cohort = RowFilter(label=_("Cohort"), field_name="cohort", rows=_cohorts, empty_label=_("All cohorts"))
    edition = RowFilter(label=_("Edition"), field_name="cohort__edition", rows=_editions, typed=True)
    kind = filters.ChoiceFilter(label=_("Kind"), choices=SessionKind.choices, empty_label=_("All kinds"))
    state = filters.ChoiceFilter(label=_("State"), choices=SessionState.choices, empty_label=_("All states"))
    led_by = filters.ChoiceFilter(
        label=pgettext_lazy("session", "Led by"),
        choices=SessionLead.choices,
        empty_label=pgettext_lazy("sessions", "All"),
    )

    @property
    def qs(self) -> SessionQuerySet:
        """The sessions that the filter selects; without a period, a state or who led it in the URL, only upcoming
        sessions.
        """
        sessions: SessionQuerySet = super().qs
        values = self.form.cleaned_data
        is_wider = values.get("period") or values.get("state") or values.get("led_by")
        return sessions if is_wider else sessions.upcoming(self.reader.today)

    @property
    def order(self) -> str:
        """The order unless another is chosen: the next session first; of past ones or of all dates, the latest."""
        return "-when" if self.form.cleaned_data.get("period") in ("past", "all") else "when"

    def in_period(self, sessions: SessionQuerySet, _name: str, period: str) -> SessionQuerySet:
        """Keep the sessions of a period: "week" (seven days) and "month" (thirty) from today on, "past", or "all".

        `_name` is the field of the filter and is not used.
        """
        spans = {"week": WEEK, "month": MONTH}
        if period in spans:
            last = day_of_rows(self.reader.today, "cohort__authority", lambda day: day + spans[period])
            return sessions.upcoming(self.reader.today).filter(first_day__lte=last)
        return sessions.past(self.reader.today) if period == "past" else sessions
