"""A model form that never saves: it checks types and lengths; the rules are in the database."""

from copy import copy
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import construct_instance

M = TypeVar("M", bound=Model)


class RowForm(forms.ModelForm[M]):
    """A model form that does not save: an action does, and refusals by the database have their own messages.

    The given instance is not modified, so that a page can still name it when the input is refused.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        if row := options.get("instance"):
            options["instance"] = copy(row)
        super().__init__(*args, **options)

    def _post_clean(self) -> None:
        """Fill a copy of the instance with the values and check each field; constraints are checked by the database on
        saving.

        Called by Django when the form is validated.
        """
        self.instance = construct_instance(self, self.instance, self._meta.fields)
        unread = {field.name for field in self.instance._meta.fields} - set(self.cleaned_data)
        try:
            self.instance.clean_fields(exclude=unread)
        except ValidationError as error:
            self.add_error(None, error)
