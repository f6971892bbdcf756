"""Forms of costs: a line, a day rate, an agreement, the period of a statement, the reason to reissue one."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.budget.enums import BudgetKind, CostCategory, DayGroup
from cohorts.budget.models import PERCENT_MAX, Agreement
from cohorts.models import Cohort
from programmes.models import Edition
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, VisibleTextField, text_field

ALL_COHORTS = _("All cohorts of the edition")
MOST_EUROS = Decimal("9999999999.99")


class BudgetLineForm(VersionedForm):
    """A line of the costs of a cohort: planned or spent, on a day, for what, in days or euros or both."""

    kind = forms.ChoiceField(
        label=_("Planned or spent"), choices=BudgetKind.choices, widget=forms.RadioSelect(attrs={"class": "seg"})
    )
    day = DayField(label=_("Day"), help_text=_("On which it is spent, or is planned to be."))
    category = forms.ChoiceField(label=_("Category"), choices=CostCategory.choices)
    note = VisibleTextField(
        label=_("What for"), max_length=200, help_text=_("For example: train tickets of the first week. No names.")
    )
    euros = forms.DecimalField(
        label=_("Amount (€, VAT included)"), min_value=0, max_value=MOST_EUROS, decimal_places=2, required=False
    )
    days = forms.DecimalField(
        label=_("Days outside sessions"),
        min_value=0,
        max_value=9_999,
        decimal_places=1,
        step_size=Decimal("0.5"),
        required=False,
        help_text=_("For example to prepare or report. Days in sessions are counted; do not enter them here."),
    )

    def clean(self) -> dict[str, Any]:
        """Add an error when neither euros nor days are given; return the cleaned data."""
        cleaned = super().clean() or {}
        if not self.errors and cleaned.get("euros") is None and cleaned.get("days") is None:
            self.add_error("euros", _("Enter an amount, days, or both."))
        return cleaned


class DayRateForm(forms.Form):
    """What a day of a group of people costs, from a day on."""

    group = forms.ChoiceField(label=pgettext_lazy("day rate", "People"), choices=DayGroup.choices)
    euros = forms.DecimalField(
        label=_("Day rate (€, VAT included)"), min_value=0, max_value=Decimal("999999.99"), decimal_places=2
    )
    starts_on = DayField(
        label=pgettext_lazy("day rate", "From"), help_text=_("It applies from this day until the next rate.")
    )


class AgreementForm(VersionedForm):
    """An agreement with a funder: for a cohort or its whole edition, a share or an amount, from when to when."""

    funder = VisibleTextField(
        label=_("Funder"),
        max_length=160,
        help_text=_("The name of the authority or organisation, written as in its other agreements."),
    )
    cohort = forms.ModelChoiceField(Cohort.objects.none(), label=_("For"), required=False, empty_label=ALL_COHORTS)
    share = forms.DecimalField(
        label=_("Share of what is spent (%)"),
        min_value=Decimal("0.01"),
        max_value=PERCENT_MAX,
        decimal_places=2,
        required=False,
        help_text=_("Leave empty if the agreement names a fixed amount."),
    )
    amount = forms.DecimalField(
        label=_("Fixed amount (€, VAT included)"),
        min_value=Decimal("0.01"),
        max_value=MOST_EUROS,
        decimal_places=2,
        required=False,
    )
    starts_on = DayField(label=pgettext_lazy("agreement", "From"))
    ends_on = DayField(label=pgettext_lazy("agreement", "Until"))
    reference = VisibleTextField(
        label=_("Reference of the agreement"),
        max_length=120,
        required=False,
        help_text=_("For example its number, and where the signed document is filed."),
    )

    def __init__(self, *args: Any, edition: Edition, agreement: Agreement | None = None, **kwargs: Any) -> None:
        """Create the form for an edition; of an `agreement` on which a statement was issued, only with what may
        change.
        """
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["cohort"]
        choice.queryset = Cohort.objects.filter(edition=edition).by_name()
        if agreement and agreement.statements.exists():
            for name in ("funder", "cohort", "share", "amount", "starts_on"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Add an error unless there is either a share or an amount; return the cleaned data."""
        cleaned = super().clean() or {}
        given = [name for name in ("share", "amount") if cleaned.get(name) is not None]
        if "share" in self.fields and not self.errors and len(given) != 1:
            self.add_error("share", _("Enter either a share or a fixed amount."))
        return cleaned


class StatementForm(forms.Form):
    """The period of a statement."""

    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), help_text=_("The period must be over."))

    def clean(self) -> dict[str, Any]:
        """Add an error when the last day is before the first; return the cleaned data."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last_day", _("The period ends before it begins. Check both days."))
        return cleaned


class ReissueForm(forms.Form):
    """Why a statement is issued again."""

    notice = text_field(
        _("Why it is issued again"), rows=3, length=1000, help_text=_("The funder reads it on the new statement.")
    )
