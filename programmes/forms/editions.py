"""Forms for an edition's details and its next state."""

from typing import ClassVar

from django import forms

from programmes.actions import STATE_ACTIONS
from programmes.forms.rows import RowForm
from programmes.models import Edition
from web.forms.fields import model_form_field


class EditionForm(RowForm[Edition]):
    """The facts of an edition that may be changed."""

    class Meta:
        model = Edition
        fields: ClassVar[list[str]] = ["name", "starts_on", "ends_on", "funders", "planned_authorities"]
        formfield_callback = model_form_field


class EditionStateForm(forms.Form):
    """The next state of an edition that the page showed, so that submitting the form twice changes the state once."""

    state = forms.ChoiceField(choices=[(state.value, state.label) for state in STATE_ACTIONS], widget=forms.HiddenInput)
