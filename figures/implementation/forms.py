"""What people choose on the rates page: whose ideas, as of which day, which of them. Choices are within their reach."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.outcomes.categories import OUTCOMES
from figures.scope.forms import ReachForm, day_field
from figures.scope.selection import Scope
from figures.scope.visibility import Reach
from prototypes.enums import ChallengeKind
from web.forms.fields import CHOOSE

TURNED_ROUND = _("The end date of the period is before its start date. Check both dates.")
NOT_YET_KNOWN = _("This date is before the date of the figures. Choose the date of the figures or a later one.")
# With one of these a reader could tell two counts apart by a single idea.
NARROWING = ("kind", "accepted_from", "accepted_until", "known_at")


class RatesForm(ReachForm):
    """The same, and which of these ideas; others' are counted in an edition as a whole and never narrowed.

    Two narrow counts could be subtracted from one another until a single idea is left.
    """

    kind = forms.ChoiceField(
        label=_("Kind of challenge"),
        choices=[("", pgettext_lazy("challenges", "All kinds")), *ChallengeKind.choices],
        required=False,
        error_messages=CHOOSE,
    )
    accepted_from = day_field(_("Accepted from"))
    accepted_until = day_field(_("Accepted until"))
    known_at = day_field(_("As known on"), help_text=_("Anything recorded later is not counted."))
    outcome = forms.ChoiceField(
        label=_("Ideas to show"),
        choices=[("", _("All counted ideas")), *OUTCOMES.items()],
        required=False,
        error_messages=CHOOSE,
    )
    field_order = ("authority", "edition", "cohort", "kind", "accepted_from", "accepted_until", "as_of")

    @staticmethod
    def scope_of(reach: Reach, asked: QueryDict) -> Scope:
        scope, kind = ReachForm.scope_of(reach, asked), asked.get("kind", "")
        return replace(
            scope,
            everyone=scope.everyone and (reach.own is None or not narrowed(asked)),
            kind=kind if kind in ChallengeKind.values else "",
            accepted_from=_chosen_day("accepted_from", asked),
            accepted_until=_chosen_day("accepted_until", asked),
        )

    def clean_known_at(self) -> date | None:
        day: date | None = self.cleaned_data["known_at"]
        return day and self.not_to_come(day)

    def clean(self) -> None:
        said = self.cleaned_data
        first, last = said.get("accepted_from"), said.get("accepted_until")
        if first and last and last < first:
            self.add_error("accepted_until", TURNED_ROUND)
        known, as_of = said.get("known_at"), said.get("as_of")
        if known and as_of and known < as_of:
            self.add_error("known_at", NOT_YET_KNOWN)

    def chosen(self) -> Iterator[tuple[str, StrOrPromise, Any]]:
        """Name, label and value of each choice that changes what is counted or listed."""
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value and (name != "as_of" or self.day_asked != self.today):
                yield name, field.label or "", dict(getattr(field, "choices", ())).get(value, value)


def end_of(day: date | None) -> datetime | None:
    """The last moment of a day on the platform's clock, which is that of Paris for every reader."""
    return make_aware(datetime.combine(day, time.max)) if day else None


def _chosen_day(name: str, asked: QueryDict) -> date | None:
    """The day under that name; None without one, and for one that the form refuses."""
    try:
        day: date | None = RatesForm.base_fields[name].clean(asked.get(name))
    except forms.ValidationError:
        return None
    return day


def narrowed(asked: QueryDict) -> bool:
    return any(asked.get(name) for name in NARROWING)
