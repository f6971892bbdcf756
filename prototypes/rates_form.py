"""What people choose on the rates page: whose ideas, and as of which day. Choices are those within their reach."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from prototypes.rates_queries import Reach, Scope

NONSENSE = _("This is no day: write it as 2026-11-24.")
TO_COME = _("This day is still to come: figures are known up to today.")


def _choices(rows: Iterable[Any], none: StrOrPromise) -> list[tuple[str, StrOrPromise]]:
    return [("", none), *((row.slug, str(row)) for row in rows)]


class RatesForm(forms.Form):
    """`reach` gives the choices, and anything else is refused, others' like what does not exist.

    A day after `today` is refused too.
    """

    authority = forms.ChoiceField(label=_("Authority"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NONSENSE},
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
        day: date = self.cleaned_data["as_of"] or self.today
        if day > self.today:
            raise forms.ValidationError(TO_COME)
        return day


def _chosen(rows: Iterable[Any], slug: str | None) -> Any:
    """The row of that slug; None without one, and for one that the form refuses."""
    return next((row for row in rows if row.slug == slug), None)


def chosen_scope(reach: Reach, asked: QueryDict) -> Scope:
    """What the address asks for; what is out of reach is left to the form to refuse."""
    return reach.scope(
        authority=_chosen(reach.authorities(), asked.get("authority")),
        edition=_chosen(reach.editions(), asked.get("edition")),
        cohort=_chosen(reach.choosable(), asked.get("cohort")),
    )
