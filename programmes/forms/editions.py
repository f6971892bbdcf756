"""Correcting an edition and taking it one step further."""

from typing import ClassVar

from django import forms

from programmes.actions import STEPS
from programmes.forms.rows import RowForm
from programmes.models import Edition
from web.forms.fields import column


class EditionForm(RowForm[Edition]):
    class Meta:
        model = Edition
        fields: ClassVar[list[str]] = ["name", "starts_on", "ends_on", "funders", "planned_authorities"]
        formfield_callback = column


class MoveForm(forms.Form):
    """The state the person was shown: a button pressed twice moves the edition once."""

    state = forms.ChoiceField(choices=[(state.value, state.label) for state in STEPS], widget=forms.HiddenInput)
