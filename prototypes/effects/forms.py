"""Forms of indicators: to add one, to correct one, and to record their values with a follow-up."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from prototypes.action_pages.forms import ActionForm, FollowUpForm
from prototypes.effects.answers import IndicatorAnswer, day_field_name, reason_field, value_field
from prototypes.forms import day_field, text_field
from prototypes.models import Indicator
from prototypes.refusals import VALUE_OR_REASON
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField, required_if


class ReadyMadeMeasure(NamedTuple):
    """A measure that many simplifications share, with its unit."""

    measure: StrOrPromise
    unit: StrOrPromise


READY_MADE: Final[Mapping[str, ReadyMadeMeasure]] = MappingProxyType(
    {
        "steps": ReadyMadeMeasure(gettext_lazy("Steps that an application takes"), gettext_lazy("steps")),
        "days": ReadyMadeMeasure(gettext_lazy("Days from the application to the answer"), gettext_lazy("days")),
        "documents": ReadyMadeMeasure(
            gettext_lazy("Documents that an applicant must provide"), gettext_lazy("documents")
        ),
    }
)
OTHER: Final = "other"


def amount_field(label: StrOrPromise, **options: Any) -> forms.DecimalField:
    """Return a form field for a value of an indicator, 0 or more with two decimals; `options` go to the field."""
    return forms.DecimalField(label=label, min_value=0, max_digits=12, decimal_places=2, **options)


class IndicatorFactsForm(forms.Form):
    """What is measured, its value before the idea goes live, its target, and how it is measured."""

    measure = VisibleTextField(label=gettext_lazy("What is measured"), max_length=200)
    unit = VisibleTextField(
        label=gettext_lazy("Unit"), max_length=40, help_text=gettext_lazy("For example: “days” or “%”.")
    )
    baseline = amount_field(gettext_lazy("Baseline"), help_text=gettext_lazy("The value before anything has changed."))
    baseline_on = day_field(gettext_lazy("Baseline measured on"))
    baseline_source = text_field(
        gettext_lazy("Source of the baseline"),
        rows=2,
        help_text=gettext_lazy("For example: “the 40 files received in March, counted by the front desk”."),
    )
    target = amount_field(gettext_lazy("Target"))
    method = text_field(
        gettext_lazy("How it is measured"),
        rows=2,
        help_text=gettext_lazy("Describe it so that someone else can measure it in the same way later."),
    )


class IndicatorForm(IndicatorFactsForm, ActionForm):
    """A new indicator of a decided idea: one of the ready-made measures, or another one in the person's own words."""

    ready_made = forms.ChoiceField(
        label=gettext_lazy("Measure"),
        choices=[
            *((slug, ready_made.measure) for slug, ready_made in READY_MADE.items()),
            (OTHER, gettext_lazy("Something else")),
        ],
        widget=forms.RadioSelect,
    )
    measure = required_if(
        VisibleTextField(
            label=gettext_lazy("What is measured"),
            max_length=200,
            help_text=gettext_lazy("Leave empty to use the words of the measure that you chose."),
        ),
        gettext_lazy("required for something else"),
    )
    unit = required_if(
        VisibleTextField(
            label=gettext_lazy("Unit"), max_length=40, help_text=gettext_lazy("For example: “days” or “%”.")
        ),
        gettext_lazy("required for something else"),
    )
    field_order = ["ready_made"]

    def clean(self) -> dict[str, Any]:
        """Fill in words and unit of the ready-made measure where none were typed; of another measure, require both."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        ready_made = READY_MADE.get(values.get("ready_made", ""))
        for name in ("measure", "unit"):
            if ready_made:
                values[name] = values.get(name) or str(getattr(ready_made, name))
            elif values.get("ready_made") == OTHER and not values.get(name) and name not in self.errors:
                self.add_error(
                    name, forms.ValidationError(self.fields[name].error_messages["required"], code="required")
                )
        return values

    def action_arguments(self) -> dict[str, Any]:
        """Return the facts of the indicator as arguments of the action that adds it."""
        return {name: self.cleaned_data[name] for name in Indicator.FACTS}


class CorrectIndicatorForm(VersionedForm, IndicatorFactsForm):
    """The right facts of an indicator, and what was wrong."""

    reason = text_field(gettext_lazy("What was wrong"), rows=2)


class FollowUpWithIndicatorsForm(FollowUpForm):
    """The answer to a follow-up, with the value of each indicator of the idea, or why it was not measured."""

    def __init__(self, *args: Any, indicators: Iterable[Indicator], **kwargs: Any) -> None:
        """Create the form with three fields for each of these indicators: value, day, and reason if not measured."""
        super().__init__(*args, **kwargs)
        self.indicators = list(indicators)
        for indicator in self.indicators:
            key, measure = indicator.first_id, indicator.measure
            self.fields[value_field(key)] = required_if(amount_field(str(indicator)), _("or say why below"))
            self.fields[day_field_name(key)] = required_if(
                day_field(_("%(measure)s: measured on") % {"measure": measure}), _("required with a value")
            )
            self.fields[reason_field(key)] = required_if(
                text_field(_("%(measure)s: why it was not measured") % {"measure": measure}, rows=2),
                _("required without a value"),
            )

    def clean(self) -> dict[str, Any]:
        """Require, for each indicator, either a value with its day or the reason why it was not measured."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for indicator in self.indicators:
            self._check_indicator(indicator.first_id, values)
        return values

    def _check_indicator(self, key: int, values: Mapping[str, Any]) -> None:
        """Add an error next to the field that lacks an answer for the indicator with this key, or contradicts it."""
        value, day, reason = (values.get(name) for name in (value_field(key), day_field_name(key), reason_field(key)))
        if any(name in self.errors for name in (value_field(key), day_field_name(key), reason_field(key))):
            return
        if value is None and not reason:
            self.add_error(value_field(key), str(VALUE_OR_REASON))
        elif value is not None and reason:
            self.add_error(reason_field(key), _("Give either a value or a reason, not both."))
        elif value is not None and not day:
            self.add_error(day_field_name(key), _("Say on which day it was measured."))
        elif value is None and day:
            self.add_error(day_field_name(key), _("There is no value for this day. Leave it empty, or give the value."))

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of a valid form as arguments of the action, with the answers for the indicators in one
        list.
        """
        arguments = super().action_arguments()
        answers = [
            IndicatorAnswer(
                key,
                arguments.pop(value_field(key)),
                arguments.pop(day_field_name(key)),
                arguments.pop(reason_field(key)),
            )
            for key in (indicator.first_id for indicator in self.indicators)
        ]
        return arguments | {"indicators": answers}
