"""What the forms of several rooms share: days, precisions, and a form that makes one row however often it is sent."""

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
MOST_PEOPLE = 100_000
MOST_OF_TITLE = 160

text_field = partial(forms_of_web.text_field, rows=3)


def day_field(label: StrOrPromise, **options: Any) -> forms.DateField:
    """A day, with the browser's own calendar."""
    return DayField(label=label, **options)


def precision_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Precision of the date"), choices=Precision.choices, initial=Precision.DAY)


class EntryForm(forms.Form):
    """A form that makes a row; sent twice it makes one."""

    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].initial = uuid4

    def renew(self) -> None:
        """Keep what was typed under a new key: once sent again it is another row."""
        data: Any = copy(self.data)  # of what was sent this can be changed, and keeps answers of several choices
        data["entry"] = str(uuid4())
        self.data = data

    def told(self) -> dict[str, Any]:
        """The action's arguments."""
        return dict(self.cleaned_data)

    def changes(self) -> dict[str, Any]:
        """The same for a row that exists already."""
        return {name: value for name, value in self.cleaned_data.items() if name != "entry"}
