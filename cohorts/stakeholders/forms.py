"""The form of a stakeholder, and the form that chooses the day of the map."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import Stakeholder
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, model_form_field


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


class MapDayForm(forms.Form):
    """The day on which the map of stakeholders is shown, today or earlier."""

    on = DayField(label=_("Map on"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        """Return the day. Raises ValidationError for one to come."""
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come. Choose today or an earlier day."), code="future")
        return day
