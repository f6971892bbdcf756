"""Filters of the list of sessions."""

from datetime import timedelta
from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from cohorts.sessions.enums import SessionKind, SessionState
from cohorts.sessions.models import SessionQuerySet
from web.dates.clock import Day, day_of_rows
from web.forms.filters import ListFilter

MAX_COHORTS = 200  # the latest ones: a longer list is hard to choose from
WEEK, MONTH = timedelta(days=6), timedelta(days=30)
PERIODS = [
    ("week", _("The next seven days")),
    ("month", _("The next thirty days")),
    ("past", pgettext_lazy("sessions", "Past")),
    ("all", _("All dates")),
]


class SessionFilter(ListFilter):
    """Filter of the list of sessions by period, cohort, edition, kind and state; upcoming ones are listed by default.

    `user` decides which cohorts and editions are offered (one statement), `today` which sessions are upcoming.
    """

    period = filters.ChoiceFilter(
        label=_("When"), choices=PERIODS, empty_label=_("Upcoming"), method="in_period", required=False
    )
    cohort = filters.ChoiceFilter(label=_("Cohort"), field_name="cohort", empty_label=_("All cohorts"))
    edition = filters.ChoiceFilter(label=_("Edition"), field_name="cohort__edition", empty_label=_("All editions"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=SessionKind.choices, empty_label=_("All kinds"))
    state = filters.ChoiceFilter(label=_("State"), choices=SessionState.choices, empty_label=_("All states"))

    def __init__(self, query: Any, *, queryset: SessionQuerySet, user: User, today: Day) -> None:
        """Offer the latest 200 cohorts that `user` may see, and their editions; `today` is the day from which sessions
        are upcoming.

        `query` holds the parameters of the URL, `queryset` the sessions to filter.
        """
        super().__init__(query, queryset=queryset)
        self.today = today
        cohorts = Cohort.objects.visible_to(user).filter(retrospective=False).order_by("-pk")[:MAX_COHORTS]
        rows = sorted(cohorts.values_list("pk", "name", "edition", "edition__name"), key=lambda row: row[1])
        self.filters["cohort"].extra["choices"] = [(pk, name) for pk, name, _edition, _name in rows]
        self.filters["edition"].extra["choices"] = sorted({row[2:] for row in rows}, key=lambda row: row[1])

    @property
    def sessions(self) -> SessionQuerySet:
        """The sessions that the filter selects: upcoming ones with the next first; with “past” or “all dates”, the
        latest first.

        Without a period or a state in the URL, only upcoming sessions.
        """
        sessions: SessionQuerySet = self.qs
        period = self.form.cleaned_data.get("period") if self.is_bound else ""
        if not period:
            state = self.form.cleaned_data.get("state") if self.is_bound else ""
            sessions = sessions if state else sessions.upcoming(self.today)
        latest_first = period in ("past", "all")
        return sessions.order_by(*(["-first_day", "-pk"] if latest_first else ["first_day", "pk"]))

    def in_period(self, sessions: SessionQuerySet, _name: str, period: str) -> SessionQuerySet:
        """Keep the sessions of a period: "week" (seven days) and "month" (thirty) from today on, "past", or "all".

        `_name` is the field of the filter and is not used.
        """
        spans = {"week": WEEK, "month": MONTH}
        if period in spans:
            last = day_of_rows(self.today, "cohort__authority", lambda day: day + spans[period])
            return sessions.upcoming(self.today).filter(first_day__lte=last)
        return sessions.past(self.today) if period == "past" else sessions
