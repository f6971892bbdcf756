"""The form of the rates page: scope, days and filters, limited to the cohorts that the reader may count."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.outcomes.categories import OUTCOMES
from figures.scope.about import value_text
from figures.scope.forms import ScopeForm, day_field
from figures.scope.moments import day_of, moment_field
from figures.scope.reports import INCOMPLETE, ReportCohortsField, parse_report_cohorts
from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts
from prototypes.enums import ChallengeKind
from web.forms.fields import CHOICE_ERRORS

END_BEFORE_START = _("The end date of the period is before its start date. Check both dates.")
KNOWN_BEFORE_AS_OF = _("This date is before the date of the figures. Choose the date of the figures or a later one.")


class RatesForm(ScopeForm):
    """The scope form with filters: kind of challenge, period of acceptance, and the day until which records count."""

    kind = forms.ChoiceField(
        label=_("Kind of challenge"),
        choices=[("", pgettext_lazy("challenges", "All kinds")), *ChallengeKind.choices],
        required=False,
        error_messages=CHOICE_ERRORS,
    )
    accepted_from = day_field(_("Accepted from"))
    accepted_until = day_field(_("Accepted until"))
    outcome = forms.ChoiceField(
        label=_("Ideas to show"),
        choices=[("", _("All counted ideas")), *OUTCOMES.items()],
        required=False,
        error_messages=CHOICE_ERRORS,
    )
    known_at = moment_field(
        _("As known on"),
        help_text=_(
            "Anything recorded on the platform after that day is not counted. The day ends at midnight in the lab’s"
            " time zone."
        ),
    )
    counted = ReportCohortsField(label=_("Cohorts of the report"))
    field_order: tuple[str, ...] = (
        "authority",
        "edition",
        "cohort",
        "kind",
        "accepted_from",
        "accepted_until",
        "as_of",
    )

    @staticmethod
    def scope_of(visible: VisibleCohorts, query: QueryDict) -> FiguresScope:
        """Return the scope that the query string asks for, with kind of challenge and period of acceptance.

        Values that the form refuses are ignored.
        """
        scope, kind = ScopeForm.scope_of(visible, query), query.get("kind", "")
        return replace(
            scope,
            kind=kind if kind in ChallengeKind.values else "",
            accepted_from=day_in("accepted_from", query),
            accepted_until=day_in("accepted_until", query),
            report_cohorts=parse_report_cohorts(query.get("counted", "")),
        )

    def clean_known_at(self) -> date | None:
        """Return what was chosen under “As known on”, None for nothing; refuse a day in the future."""
        chosen: date | None = self.cleaned_data["known_at"]
        if chosen:
            self.refuse_future_day(day_of(chosen))
        return chosen

    def clean(self) -> None:
        """Add an error for a period of acceptance that ends before it starts.

        Add another for a day under “As known on” that is before the day of the figures. An error of the hidden field
        becomes an error of the form, which the page displays above it.
        """
        if self.errors.pop("counted", None):
            self.add_error(None, INCOMPLETE)
        data = self.cleaned_data
        first, last = data.get("accepted_from"), data.get("accepted_until")
        if first and last and last < first:
            self.add_error("accepted_until", END_BEFORE_START)
        known_at, as_of = data.get("known_at"), data.get("as_of")
        if known_at and as_of and day_of(known_at) < as_of:
            self.add_error("known_at", KNOWN_BEFORE_AS_OF)

    def chosen(self) -> Iterator[tuple[str, StrOrPromise, Any]]:
        """Yield (name, label, value) of each field filled in; the day of the figures only if it is not today.

        The value of a choice is its label, that of a date the date, that of a moment its text. The form must be valid.
        """
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value and (name != "as_of" or value != self.today):
                yield name, field.label or "", value_text(field, value)


def day_in(name: str, query: QueryDict) -> date | None:
    """Return the day or moment in the field `name` of the query string; None where it is missing or invalid."""
    try:
        day: date | None = RatesForm.base_fields[name].clean(query.get(name))
    except forms.ValidationError:
        return None
    return day
