"""Forms about one cohort."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.form_fields import ReasonField
from cohorts.models import Cohort
from programmes.forms.rows import RowForm
from web.forms.fields import DayField, WordsField, column, needed_if


class StartForm(forms.Form):
    """The first day; and a reason, where the cohort departs from its format (else the page leaves it out)."""

    actual_start = DayField(label=_("First day of work"))
    reason = needed_if(
        WordsField(
            label=_("Why the cohort starts anyway"),
            widget=forms.Textarea({"rows": 3}),
            max_length=2000,
            help_text=_("Recorded with the cohort; everyone who sees the cohort can read it."),
        ),
        _("required if the cohort departs from its format"),
    )


class CompleteForm(forms.Form):
    actual_end = DayField(label=_("Last day of work"))


class ReasonForm(forms.Form):
    reason = ReasonField(label=_("Why"), help_text=_("Everyone who sees the cohort can read it."))


class DetailsForm(RowForm[Cohort]):
    """What a cohort is called and how many it seats."""

    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=999)

    class Meta:
        model = Cohort
        fields = ["name", "code", "site", "theme", "seats"]
        formfield_callback = column
        help_texts = {"code": _("Two to five capitals that begin the references of its ideas, such as PDL-003.")}

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()


class DatesForm(forms.Form):
    planned_start = DayField(label=_("Planned start"))
    planned_end = DayField(label=_("Planned end"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("planned_start"), cleaned.get("planned_end")
        if start and end and end <= start:
            self.add_error("planned_end", _("The cohort ends before it starts: check both planned dates."))
        return cleaned


class BudgetForm(RowForm[Cohort]):
    class Meta:
        model = Cohort
        fields = ["planned_contribution", "actual_contribution", "planned_team_days", "actual_team_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["min"] = 0
