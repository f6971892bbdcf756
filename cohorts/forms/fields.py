"""Fields the forms of this app share."""

from typing import Any

from django import forms
from django.db.models import Field, TextField

from web.forms import MOST_LETTERS


def column(field: Field[Any, Any], **options: Any) -> Any:
    """The form field of a column; a text of several lines has an end."""
    if isinstance(field, TextField):
        options.setdefault("max_length", MOST_LETTERS)
    return field.formfield(**options)


class DayField(forms.DateField):
    """A day, picked in the browser's own calendar or typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**({"widget": widget} | kwargs))


class ReasonField(forms.CharField):
    """A reason in a few lines."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**({"max_length": MOST_LETTERS} | kwargs))
