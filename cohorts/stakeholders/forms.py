"""What is noted of a stakeholder."""

from django import forms

from cohorts.models import Stakeholder
from web.forms.fields import column


class StakeholderForm(forms.ModelForm[Stakeholder]):
    """Who it is, and how much weight and interest they have."""

    class Meta:
        model = Stakeholder
        fields = ("kind", "name", "organisation", "category", "influence", "interest", "notes")
        formfield_callback = column
        widgets = {
            "kind": forms.RadioSelect({"class": "seg"}),
            "influence": forms.RadioSelect({"class": "seg"}),
            "interest": forms.RadioSelect({"class": "seg"}),
            "notes": forms.Textarea({"rows": 3}),
        }
