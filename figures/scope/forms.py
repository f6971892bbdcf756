"""The form that chooses the scope and the day of the figures, shared by the pages of rates and of the network."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts
from web.forms.fields import CHOICE_ERRORS, DayField

INVALID_DATE: Final = _("This is not a valid date. Write it like this: 2026-11-24.")
FUTURE_DATE: Final = _("This date is in the future. Figures go up to today: choose today or an earlier date.")
MONTH_END_NOTICE: Final = _(
    "Other cohorts are counted here too. The figures are therefore those of the end of a month, so that"
    " nobody can work out a single case."
)


def day_field(label: StrOrPromise, **options: Any) -> DayField:
    """Return an optional date field with that label, whose error shows how to write a date.

    `options` are further arguments of the field.
    """
    return DayField(label=label, required=False, error_messages={"invalid": INVALID_DATE}, **options)


def latest_month_end(day: date) -> date:
    """Return `day` itself if it is the last of its month, else the last day of the month before."""
    return day if (day + timedelta(days=1)).day == 1 else day - relativedelta(months=1) + relativedelta(day=31)


def includes_other_cohorts(visible: VisibleCohorts, scope: FiguresScope) -> bool:
    """Return whether a scope counts cohorts whose ideas the person cannot read one by one.

    Cohorts known from publications do not matter: they are open to everyone.
    """
    return any(not visible.owns(cohort) and not cohort.retrospective for cohort in visible.cohorts_in(scope))


def figures_day(visible: VisibleCohorts, scope: FiguresScope, day: date) -> date:
    """Return the day of the figures for a chosen day: the latest end of a month where cohorts of other authorities are
    counted.

    Otherwise the figures of two days in a row would reveal what one of these cohorts did in between. Without such
    cohorts, the chosen day.
    """
    return latest_month_end(day) if includes_other_cohorts(visible, scope) else day


class ScopeForm(forms.Form):
    """A form whose choices are the visible cohorts; anything else is refused like something that does not exist.

    A day after `today` is refused too. `as_of` in the cleaned data is the `figures_day` of the day asked for.
    """

    authority = forms.ChoiceField(label=_("Authority"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    as_of = day_field(_("As of"))

    def __init__(self, query: QueryDict, *, visible: VisibleCohorts, today: date) -> None:
        """Read the choices from the query string; the day is `today` where none is given.

        `visible` are the cohorts that the reader may choose from. `scope` is set even if the form turns out to be
        invalid.
        """
        self.visible, self.today, self.requested_day = visible, today, today
        self.scope = self.scope_of(visible, query)
        super().__init__({"as_of": today.isoformat(), **query.dict()})
        self._set_choices("authority", visible.authorities(), _("Everything I can see"))
        self._set_choices("edition", visible.editions(), _("All editions"))
        self._set_choices("cohort", visible.selectable_cohorts(), _("All cohorts"))

    @staticmethod
    def scope_of(visible: VisibleCohorts, query: QueryDict) -> FiguresScope:
        """Return the scope that the query string asks for, by the slugs of authority, edition and cohort.

        A slug that the person may not see is ignored here; the form refuses it when it is validated.
        """
        return visible.scope(
            authority=_find_by_slug(visible.authorities(), query.get("authority")),
            edition=_find_by_slug(visible.editions(), query.get("edition")),
            cohort=_find_by_slug(visible.selectable_cohorts(), query.get("cohort")),
        )

    def _set_choices(self, name: str, rows: Iterable[Any], empty_label: StrOrPromise) -> None:
        """Set the choices of the field `name`: an empty one (`empty_label`), then each of the rows by its slug."""
        choices = [("", empty_label), *((row.slug, str(row)) for row in rows)]
        self.fields[name] = forms.ChoiceField(
            label=self.fields[name].label, choices=choices, required=False, error_messages=CHOICE_ERRORS
        )

    def clean_as_of(self) -> date:
        """Return the day of the figures: the one given, or today, moved to the end of a month where other cohorts are
        counted.

        Raises ValidationError for a day in the future.
        """
        self.requested_day = self.refuse_future_day(self.cleaned_data["as_of"] or self.today)
        return figures_day(self.visible, self.scope, self.requested_day)

    def refuse_future_day(self, day: date) -> date:
        """Return `day` unchanged; raise ValidationError if it is after today."""
        if day > self.today:
            raise forms.ValidationError(FUTURE_DATE)
        return day

    @property
    def other_day_reason(self) -> StrOrPromise:
        """Why the figures are not those of the day chosen, but of the end of a month; empty where they are."""
        return MONTH_END_NOTICE if self.cleaned_data.get("as_of", self.requested_day) != self.requested_day else ""


def _find_by_slug(rows: Iterable[Any], slug: str | None) -> Any:
    """Return the first of `rows` with that slug, None where there is none."""
    return next((row for row in rows if row.slug == slug), None)
