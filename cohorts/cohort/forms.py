"""Forms about one cohort."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cohorts.form_fields import ReasonField
from cohorts.models import Cohort
from programmes.forms.rows import RowForm
from web.forms.fields import DayField, VisibleTextField, model_form_field, required_if
from web.forms.row_fields import RowField, choice_rows, few_choices


class CohortChoiceForm(forms.Form):
    """The cohort to add something to: chosen from a list, or typed where there are more than 30."""

    def __init__(self, data: QueryDict | None, *, cohorts: QuerySet[Cohort]) -> None:
        """Let people choose among these `cohorts`; `data` is the query of the address, None to show the form."""
        super().__init__(data)
        self.fields["cohort"] = RowField(
            rows=cohorts.all,
            name="name",
            choices=few_choices(choice_rows(cohorts, "name")),
            label=_("Cohort"),
            empty_label="—",
        )

    def clean_cohort(self) -> Cohort:
        """Return the chosen cohort; raise ValidationError when several have the typed name."""
        keys = self.cleaned_data["cohort"]
        if len(keys) > 1:
            raise forms.ValidationError(_("Several cohorts have this name. Type more of it."))
        field = self.fields["cohort"]
        cohort: Cohort = field.rows().get(pk=keys[0])  # type: ignore[attr-defined] # a RowField
        return cohort


class StartCohortForm(forms.Form):
    """The first day of work of a cohort, and the reason to start it although it departs from its format.

    The page removes the reason when the cohort follows its format.
    """

    actual_start = DayField(label=_("First day of work"))
    reason = required_if(
        VisibleTextField(
            label=_("Why the cohort starts anyway"),
            widget=forms.Textarea({"rows": 3}),
            max_length=2000,
            help_text=_("Recorded with the cohort; everyone who sees the cohort can read it."),
        ),
        _("required if the cohort departs from its format"),
    )


class CompleteCohortForm(forms.Form):
    """The last day of work of a cohort that is completed."""

    actual_end = DayField(label=_("Last day of work"))


class CohortReasonForm(forms.Form):
    """The reason why a cohort is suspended or withdrawn."""

    reason = ReasonField(label=_("Why"), help_text=_("Everyone who sees the cohort can read it."))


class CohortDetailsForm(RowForm[Cohort]):
    """The name, code, site, theme and number of seats of a cohort, and the agreed days of its design team."""

    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=999)
    planned_team_days = forms.DecimalField(
        label=_("Agreed days of the design team"),
        min_value=0,
        max_value=9_999,
        decimal_places=1,
        required=False,
        help_text=_("How many days the agreement gives the design team. The planner of residencies stays within them."),
    )

    class Meta:
        model = Cohort
        fields = ["name", "code", "site", "theme", "seats", "planned_team_days"]
        formfield_callback = model_form_field
        help_texts = {"code": _("Two to five capitals that begin the references of its ideas, such as PDL-003.")}

    def clean_code(self) -> str:
        """Return the entered code in capitals, without surrounding spaces."""
        return str(self.cleaned_data["code"]).strip().upper()


class CohortDatesForm(forms.Form):
    """The planned first and last day of a cohort."""

    planned_start = DayField(label=_("Planned start"))
    planned_end = DayField(label=_("Planned end"))

    def clean(self) -> dict[str, Any]:
        """Add an error when the planned end is not after the planned start; return the cleaned data."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("planned_start"), cleaned.get("planned_end")
        if start and end and end <= start:
            self.add_error("planned_end", _("The cohort ends before it starts: check both planned dates."))
        return cleaned
