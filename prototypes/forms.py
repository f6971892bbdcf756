"""Fields that several forms of this app share."""

from functools import partial
from typing import Any

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
