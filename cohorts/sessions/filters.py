"""What a list of sessions can be narrowed down to."""

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

MOST_COHORTS = 200  # the latest: a longer list would be no help to choose from
WEEK, MONTH = timedelta(days=6), timedelta(days=30)
PERIODS = [
    ("week", _("The next seven days")),
    ("month", _("The next thirty days")),
    ("past", pgettext_lazy("sessions", "Past")),
    ("all", _("All dates")),
]


class SessionFilter(ListFilter):
    """`user` and `today` say whose cohorts to offer and what is upcoming; upcoming sessions come when nothing is asked.

    One statement for the choices of both cohorts and editions.
    """

    period = filters.ChoiceFilter(
        label=_("When"), choices=PERIODS, empty_label=_("Upcoming"), method="in_period", required=False
    )
    cohort = filters.ChoiceFilter(label=_("Cohort"), field_name="cohort", empty_label=_("All cohorts"))
    edition = filters.ChoiceFilter(label=_("Edition"), field_name="cohort__edition", empty_label=_("All editions"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=SessionKind.choices, empty_label=_("All kinds"))
    state = filters.ChoiceFilter(label=_("State"), choices=SessionState.choices, empty_label=_("All states"))

    def __init__(self, query: Any, *, queryset: SessionQuerySet, user: User, today: Day) -> None:
        super().__init__(query, queryset=queryset)
        self.today = today
        cohorts = Cohort.objects.visible_to(user).filter(retrospective=False).order_by("-pk")[:MOST_COHORTS]
        known = sorted(cohorts.values_list("pk", "name", "edition", "edition__name"), key=lambda row: row[1])
        self.filters["cohort"].extra["choices"] = [(pk, name) for pk, name, _edition, _name in known]
        self.filters["edition"].extra["choices"] = sorted({row[2:] for row in known}, key=lambda row: row[1])

    @property
    def sessions(self) -> SessionQuerySet:
        """What was asked for, in the order people read it: what comes next first, what is past last."""
        asked: SessionQuerySet = self.qs
        period = self.form.cleaned_data.get("period") if self.is_bound else ""
        if not period:
            state = self.form.cleaned_data.get("state") if self.is_bound else ""
            asked = asked if state else asked.upcoming(self.today)
        latest_first = period in ("past", "all")
        return asked.order_by(*(["-first_day", "-pk"] if latest_first else ["first_day", "pk"]))

    def in_period(self, sessions: SessionQuerySet, _name: str, period: str) -> SessionQuerySet:
        within = {"week": WEEK, "month": MONTH}
        if period in within:
            last = day_of_rows(self.today, "cohort__authority", lambda day: day + within[period])
            return sessions.upcoming(self.today).filter(first_day__lte=last)
        return sessions.past(self.today) if period == "past" else sessions
