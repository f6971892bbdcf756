"""What people choose on the rates page: whose ideas, as of which day, which of them. Choices are within their reach."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from prototypes.enums import ChallengeKind
from prototypes.outcomes import OUTCOMES
from prototypes.rates_queries import Scope
from prototypes.rates_reach import Reach
from web.forms import DayField

NONSENSE = _("This is no day: write it as 2026-11-24.")
TO_COME = _("This day is still to come: figures are known up to today.")
TURNED_ROUND = _("The period ends before it begins.")
NOT_YET_KNOWN = _("This is before the day of the figures: nobody knew yet what had become of the ideas by then.")
# With one of these a reader could tell two counts apart by a single idea.
NARROWING = ("kind", "accepted_from", "accepted_until", "known_at")


def _choices(rows: Iterable[Any], none: StrOrPromise) -> list[tuple[str, StrOrPromise]]:
    return [("", none), *((row.slug, str(row)) for row in rows)]


def _day(label: StrOrPromise, **options: Any) -> DayField:
    return DayField(label=label, required=False, error_messages={"invalid": NONSENSE}, **options)


class RatesForm(forms.Form):
    """`reach` gives the choices, and anything else is refused, others' like what does not exist.

    A day after `today` is refused too.
    """

    authority = forms.ChoiceField(label=_("Authority"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind of challenge"),
        choices=[("", pgettext_lazy("challenges", "All kinds")), *ChallengeKind.choices],
        required=False,
    )
    accepted_from = _day(_("Accepted from"))
    accepted_until = _day(_("Accepted until"))
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NONSENSE},
    )
    known_at = _day(_("As known on"), help_text=_("What was recorded later is left aside."))
    outcome = forms.ChoiceField(
        label=_("Ideas listed"), choices=[("", _("All that are counted")), *OUTCOMES.items()], required=False
    )

    def __init__(self, asked: QueryDict, *, reach: Reach, today: date) -> None:
        self.today = today
        super().__init__({"as_of": today.isoformat(), **asked.dict()})
        choices = {
            "authority": _choices(reach.authorities(), _("All within reach")),
            "edition": _choices(reach.editions(), _("All editions")),
            "cohort": _choices(reach.choosable(), _("All cohorts")),
        }
        for name, offered in choices.items():
            self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=offered, required=False)

    def clean_as_of(self) -> date:
        """The day asked for, today when none is."""
        return self._not_to_come(self.cleaned_data["as_of"] or self.today)

    def clean_known_at(self) -> date | None:
        day: date | None = self.cleaned_data["known_at"]
        return day and self._not_to_come(day)

    def clean(self) -> None:
        said = self.cleaned_data
        first, last = said.get("accepted_from"), said.get("accepted_until")
        if first and last and last < first:
            self.add_error("accepted_until", TURNED_ROUND)
        known, as_of = said.get("known_at"), said.get("as_of")
        if known and as_of and known < as_of:
            self.add_error("known_at", NOT_YET_KNOWN)

    def _not_to_come(self, day: date) -> date:
        if day > self.today:
            raise forms.ValidationError(TO_COME)
        return day

    def chosen(self) -> Iterator[tuple[str, StrOrPromise, Any]]:
        """Name, label and value of each choice that changes what is counted or listed."""
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value and (name, value) != ("as_of", self.today):
                yield name, field.label or "", dict(getattr(field, "choices", ())).get(value, value)


def end_of(day: date | None) -> datetime | None:
    """The last moment of a day on the platform's clock, which is that of Paris for every reader."""
    return make_aware(datetime.combine(day, time.max)) if day else None


def _chosen(rows: Iterable[Any], slug: str | None) -> Any:
    """The row of that slug; None without one, and for one that the form refuses."""
    return next((row for row in rows if row.slug == slug), None)


def _chosen_day(name: str, asked: QueryDict) -> date | None:
    """The day under that name; None without one, and for one that the form refuses."""
    try:
        day: date | None = RatesForm.base_fields[name].clean(asked.get(name))
    except forms.ValidationError:
        return None
    return day


def chosen_scope(reach: Reach, asked: QueryDict) -> Scope:
    """What the address asks for; what is out of reach is left to the form to refuse.

    Others' ideas are counted in an edition as a whole and never narrowed: two narrow counts could be subtracted from
    one another until a single idea is left.
    """
    scope = reach.scope(
        authority=_chosen(reach.authorities(), asked.get("authority")),
        edition=_chosen(reach.editions(), asked.get("edition")),
        cohort=_chosen(reach.choosable(), asked.get("cohort")),
    )
    kind = asked.get("kind", "")
    return replace(
        scope,
        everyone=scope.everyone and (reach.own is None or not narrowed(asked)),
        kind=kind if kind in ChallengeKind.values else "",
        accepted_from=_chosen_day("accepted_from", asked),
        accepted_until=_chosen_day("accepted_until", asked),
    )


def narrowed(asked: QueryDict) -> bool:
    return any(asked.get(name) for name in NARROWING)
