"""What a downloaded file of figures says it covers, as pairs of label and value."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from figures.number_formats import day
from figures.scope.forms import ScopeForm
from figures.scope.moments import moment_text
from figures.scope.reports import ReportCohortsField
from figures.scope.sentences import coverage_rows, scope_labels
from web.exports.tables import Cell

OUTCOME_FIELD: Final = "outcome"  # narrows the list of a page, not what is counted


def about_rows(form: ScopeForm, covered: StrOrPromise) -> Iterator[tuple[str, Cell]]:
    """Yield what a file covers: the scope, each choice of the valid form, the authorities counted, the day it was made.

    `covered` is the label of the scope, such as “Ideas covered”.
    """
    yield str(covered), " · ".join(str(part) for part in scope_labels(form.visible, form.scope))
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value and name != OUTCOME_FIELD:
            text = value_text(field, value)
            yield str(field.label), day(text) if isinstance(text, date) else str(text)
    yield from coverage_rows(form.visible, form.scope)
    yield _("Made on"), day(form.today)


def value_text(field: forms.Field, value: Any) -> Any:
    """Return the value of a form field for people: the label of a choice, the text of a moment, a date as it is."""
    if isinstance(field, ReportCohortsField):
        return field.text_of(value)
    return moment_text(value) if isinstance(value, datetime) else dict(getattr(field, "choices", ())).get(value, value)
