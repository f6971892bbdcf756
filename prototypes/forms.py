"""Fields and base forms that several forms of this app share."""

from copy import copy
from functools import partial
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from web.dates.precision import Precision
from web.forms import fields as forms_of_web
from web.forms.fields import DayField

EMPTY = [("", "—")]
MAX_PARTICIPANTS = 100_000
MAX_TITLE_LENGTH = 160

text_field = partial(forms_of_web.text_field, rows=3)


def day_field(label: StrOrPromise, **options: Any) -> forms.DateField:
    """Return a form field for a date that uses the browser's date picker; `options` go to the field."""
    return DayField(label=label, **options)


def precision_field() -> forms.ChoiceField:
    """Return a form field for how precisely a date is known, to the day, month or year; at first it is the day."""
    return forms.ChoiceField(label=_("Precision of the date"), choices=Precision.choices, initial=Precision.DAY)


class IdempotentForm(forms.Form):
    """A form that creates one row, even when it is sent twice."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the form; each time it is shown, its hidden field gets a new idempotency key."""
        super().__init__(*args, **kwargs)
        self.fields["idempotency_key"].initial = uuid4

    def renew(self) -> None:
        """Give a sent form a new idempotency key and keep its values, so that sending it again creates another row."""
        data: Any = copy(self.data)  # a copy can be changed, and keeps the values of multiple choices
        data["idempotency_key"] = str(uuid4())
        self.data = data

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of a valid form as arguments of its action, with the form's key.

        A form that changes a row, and so has a version token, creates nothing: its key is left out.
        """
        left_out = "idempotency_key" if "version_token" in self.fields else ""
        return {name: value for name, value in self.cleaned_data.items() if name != left_out}
