"""Whose rows are counted and as of which day: what the pages of rates and of the network both ask."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from figures.scope.selection import Scope
from figures.scope.visibility import Reach
from web.forms.fields import CHOOSE, DayField

NONSENSE: Final = _("This is not a valid date. Write it like this: 2026-11-24.")
TO_COME: Final = _("This date is in the future. Figures go up to today: choose today or an earlier date.")
MONTHLY: Final = _(
    "Other cohorts are counted here too. The figures are therefore those of the end of a month, so that"
    " nobody can work out a single case."
)


def day_field(label: StrOrPromise, **options: Any) -> DayField:
    return DayField(label=label, required=False, error_messages={"invalid": NONSENSE}, **options)


def month_end_by(day: date) -> date:
    """The last end of a month that is not after the day."""
    return day if (day + timedelta(days=1)).day == 1 else day - relativedelta(months=1) + relativedelta(day=31)


def others_counted(reach: Reach, scope: Scope) -> bool:
    """Whether what the person may not read row by row is in the total; published facts are open to everyone."""
    return any(not reach.owns(cohort) and not cohort.retrospective for cohort in reach.within(scope))


def told_by(reach: Reach, scope: Scope, day: date) -> date:
    """The day of the figures: with others in the total, two days in a row would tell what one of them did between."""
    return month_end_by(day) if others_counted(reach, scope) else day


class ReachForm(forms.Form):
    """`reach` gives the choices, and anything else is refused, others' like what does not exist.

    A day after `today` is refused too. What is `told_by` the day asked for is the `as_of` of the cleaned data.
    """

    authority = forms.ChoiceField(label=_("Authority"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    as_of = day_field(_("As of"))

    def __init__(self, asked: QueryDict, *, reach: Reach, today: date) -> None:
        self.reach, self.today, self.day_asked = reach, today, today
        self.scope = self.scope_of(reach, asked)
        super().__init__({"as_of": today.isoformat(), **asked.dict()})
        self._offer("authority", reach.authorities(), _("Everything I can see"))
        self._offer("edition", reach.editions(), _("All editions"))
        self._offer("cohort", reach.choosable(), _("All cohorts"))

    @staticmethod
    def scope_of(reach: Reach, asked: QueryDict) -> Scope:
        """What the address asks for; what is out of reach is left to the form to refuse."""
        return reach.scope(
            authority=_chosen(reach.authorities(), asked.get("authority")),
            edition=_chosen(reach.editions(), asked.get("edition")),
            cohort=_chosen(reach.choosable(), asked.get("cohort")),
        )

    def _offer(self, name: str, rows: Iterable[Any], none: StrOrPromise) -> None:
        choices = [("", none), *((row.slug, str(row)) for row in rows)]
        self.fields[name] = forms.ChoiceField(
            label=self.fields[name].label, choices=choices, required=False, error_messages=CHOOSE
        )

    def clean_as_of(self) -> date:
        """Today when no day is asked for."""
        self.day_asked = self.not_to_come(self.cleaned_data["as_of"] or self.today)
        return told_by(self.reach, self.scope, self.day_asked)

    def not_to_come(self, day: date) -> date:
        if day > self.today:
            raise forms.ValidationError(TO_COME)
        return day

    @property
    def another_day(self) -> StrOrPromise:
        """Why the figures are not those of the day asked for; nothing where they are."""
        return MONTHLY if self.cleaned_data.get("as_of", self.day_asked) != self.day_asked else ""


def _chosen(rows: Iterable[Any], slug: str | None) -> Any:
    """The row of that slug; None without one, and for one that the form refuses."""
    return next((row for row in rows if row.slug == slug), None)
