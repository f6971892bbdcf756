"""The form of a stakeholder."""

from django import forms

from cohorts.models import Stakeholder
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import model_form_field


class StakeholderForm(VersionedForm, forms.ModelForm[Stakeholder]):
    """The form of a stakeholder: kind, name, organisation, category, influence, interest and notes."""

    class Meta:
        model = Stakeholder
        fields = ("kind", "name", "organisation", "category", "influence", "interest", "notes")
        formfield_callback = model_form_field
        widgets = {
            "kind": forms.RadioSelect({"class": "seg"}),
            "influence": forms.RadioSelect({"class": "seg"}),
            "interest": forms.RadioSelect({"class": "seg"}),
            "notes": forms.Textarea({"rows": 3}),
        }
