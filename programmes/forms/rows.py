"""How a form reads the columns of a row: types and lengths here, rules in the database."""

from copy import copy
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DateField, Field, Model, TextField
from django.forms.models import construct_instance

from web.forms import MOST_LETTERS

M = TypeVar("M", bound=Model)


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def column(field: Field[Any, Any], **options: Any) -> Any:
    """The form field of a column."""
    if isinstance(field, DateField):
        options.setdefault("widget", DayInput)
    if isinstance(field, TextField):
        options.setdefault("max_length", MOST_LETTERS)
    return field.formfield(**options)


class RowForm(forms.ModelForm[M]):
    """Never saves: a verb does, and what the database refuses has a sentence of ours instead of Django's.

    The row it is given stays as it is, so that a page can still name it when what was typed is refused.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        if row := options.get("instance"):
            options["instance"] = copy(row)
        super().__init__(*args, **options)

    def _post_clean(self) -> None:
        self.instance = construct_instance(self, self.instance, self._meta.fields)
        unread = {field.name for field in self.instance._meta.fields} - set(self.cleaned_data)
        try:
            self.instance.clean_fields(exclude=unread)
        except ValidationError as error:
            self.add_error(None, error)
