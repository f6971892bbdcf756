"""How a form reads a row: types and lengths here, rules in the database."""

from copy import copy
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import construct_instance

M = TypeVar("M", bound=Model)


class RowForm(forms.ModelForm[M]):
    """Never saves: an action does, and what the database refuses has a sentence of ours instead of Django's.

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
