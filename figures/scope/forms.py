"""The form that chooses the scope and the day of the figures, shared by the pages of rates and of the network."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts
from web.forms.fields import CHOICE_ERRORS, DayField

INVALID_DATE: Final = _("This is not a valid date. Write it like this: 2026-11-24.")
FUTURE_DATE: Final = _("This date is in the future. Figures go up to today: choose today or an earlier date.")


def day_field(label: StrOrPromise, **options: Any) -> DayField:
    """Return an optional date field whose error shows how to write a date; `options` are further arguments."""
    return DayField(label=label, required=False, error_messages={"invalid": INVALID_DATE}, **options)


class ScopeForm(forms.Form):
    """A form whose choices are the visible cohorts; anything else is refused like something that does not exist.

    A day after `today` is refused too. `heading` is the text that opens the form.
    """

    heading: StrOrPromise = _("Change what is counted")
    authority = forms.ChoiceField(label=_("Authority"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    as_of = day_field(_("As of"))

    def __init__(self, query: QueryDict, *, visible: VisibleCohorts, today: date) -> None:
        """Read the choices from the query string; the day is `today` where none is given.

        `visible` are the cohorts that the reader may choose from. `scope` is set even if the form turns out to be
        invalid.
        """
        self.visible, self.today = visible, today
        self.scope = self.scope_of(visible, query)
        super().__init__({"as_of": today.isoformat(), **query.dict()})
        self._set_choices("authority", visible.authorities, _("Everything I can see"))
        self._set_choices("edition", visible.editions, _("All editions"))
        self._set_choices("cohort", visible.selectable_cohorts, _("All cohorts"))

    @staticmethod
    def scope_of(visible: VisibleCohorts, query: QueryDict) -> FiguresScope:
        """Return the scope that the query string asks for, by the slugs of authority, edition and cohort.

        A slug that the person may not see is ignored here; the form refuses it when it is validated.
        """
        return visible.scope(
            authority=_find_by_slug(visible.authorities, query.get("authority")),
            edition=_find_by_slug(visible.editions, query.get("edition")),
            cohort=_find_by_slug(visible.selectable_cohorts, query.get("cohort")),
        )

    def _set_choices(self, name: str, rows: Callable[[], Iterable[Any]], empty_label: StrOrPromise) -> None:
        """Set the choices of the field `name`: an empty one (`empty_label`), then each of the rows by its slug.

        They are listed only where the form is shown or something is chosen.
        """

        def choices() -> list[tuple[str, StrOrPromise]]:
            return [("", empty_label), *((row.slug, str(row)) for row in rows())]

        self.fields[name] = forms.ChoiceField(
            label=self.fields[name].label, choices=choices, required=False, error_messages=CHOICE_ERRORS
        )

    def clean_as_of(self) -> date:
        """Return the day of the figures: the one given, or today; raise ValidationError for a day in the future."""
        return self.refuse_future_day(self.cleaned_data["as_of"] or self.today)

    def refuse_future_day(self, day: date) -> date:
        """Return `day` unchanged; raise ValidationError if it is after today."""
        if day > self.today:
            raise forms.ValidationError(FUTURE_DATE)
        return day


def _find_by_slug(choices: Callable[[], Iterable[Any]], slug: str | None) -> Any:
    """Return the first of the choices with that slug, None where there is none."""
    return next((row for row in choices() if row.slug == slug), None) if slug else None
