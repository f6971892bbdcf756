"""What people choose on the network's page: whose people, and as of which day. Choices are those within their reach."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from prototypes.rates_reach import Reach
from web.forms import DayField

NONSENSE = _("This is no day: write it as 2026-11-24.")
TO_COME = _("This day is still to come: figures are known up to today.")


class NetworkForm(forms.Form):
    """`reach` gives the choices, and anything else is refused, others' like what does not exist.

    A day after `today` is refused too.
    """

    authority = forms.ChoiceField(label=_("Authority"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    as_of = DayField(label=_("As of"), required=False, error_messages={"invalid": NONSENSE})

    def __init__(self, asked: QueryDict, *, reach: Reach, today: date) -> None:
        self.today = today
        super().__init__({"as_of": today.isoformat(), **asked.dict()})
        self._offer("authority", reach.authorities(), _("All within reach"))
        self._offer("edition", reach.editions(), _("All editions"))
        self._offer("cohort", reach.choosable(), _("All cohorts"))

    def _offer(self, name: str, rows: Iterable[Any], none: StrOrPromise) -> None:
        choices = [("", none), *((row.slug, str(row)) for row in rows)]
        self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=choices, required=False)

    def clean_as_of(self) -> date:
        """The day asked for, today when none is."""
        day: date = self.cleaned_data["as_of"] or self.today
        if day > self.today:
            raise forms.ValidationError(TO_COME)
        return day
