"""What lab staff and hosts fill in about dates and hosts."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.forms import SeenForm
from exchanges.models import Exchange
from web.forms.fields import DayField, WordsField, needed_if, text_field


def _out_of_turn() -> forms.CharField:
    """Why a cohort hosts out of its turn."""
    return needed_if(
        text_field(_("Reason for the swap"), rows=2, length=1000),
        _("required if, on that date, this cohort has already hosted and another has not"),
    )


def _all_the_same() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Take these days all the same"),
        help_text=_("Tick only if a cohort has a session on these days."),
        required=False,
    )


class MoveForm(SeenForm):
    first_day = DayField(label=_("First day"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=10)
    all_the_same = _all_the_same()
    swap_reason = _out_of_turn()

    def __init__(self, *args: Any, exchange: Exchange, first_day: date | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"first_day": first_day or exchange.first_day, "days": exchange.days}
        super().__init__(*args, exchange=exchange, **kwargs)


class SwapForm(SeenForm):
    """`state` is the exchange's as the person saw it: who confirmed in the meantime is not swapped unseen."""

    state = forms.ChoiceField(widget=forms.HiddenInput, choices=ExchangeState.choices, required=False)
    host = forms.ModelChoiceField(label=_("New host"), queryset=Cohort.objects.none())
    reason = WordsField(
        label=_("Reason"),
        help_text=_("The cohorts will read this reason on the page."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )

    def __init__(
        self, *args: Any, exchange: Exchange, cohorts: list[Cohort], asked: str | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"state": exchange.state, "host": asked}
        super().__init__(*args, exchange=exchange, **kwargs)
        self.fields["host"] = _host_field(
            _("New host"), [cohort for cohort in cohorts if cohort.pk != exchange.host_id]
        )


class PassOnForm(SeenForm):
    """Why the turn goes to the next in line."""

    reason = WordsField(
        label=_("Reason"),
        help_text=_("The cohorts will read this reason on the page."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class ProposeForm(forms.Form):
    first_day = DayField(label=_("First day"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=10)
    all_the_same = _all_the_same()
    host = forms.ModelChoiceField(label=_("Host"), queryset=Cohort.objects.none())
    theme = WordsField(label=_("Theme"), max_length=200, required=False)
    swap_reason = _out_of_turn()

    def __init__(self, *args: Any, cohorts: list[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"] = _host_field(_("Host"), cohorts)


def _host_field(label: Any, cohorts: list[Cohort]) -> "forms.ModelChoiceField[Cohort]":
    """A choice among cohorts read already: it asks the database only for the one chosen."""
    keys = [cohort.pk for cohort in cohorts]
    field = forms.ModelChoiceField(label=label, queryset=Cohort.objects.filter(pk__in=keys))
    field.choices = [("", "—"), *((cohort.pk, cohort.name) for cohort in cohorts)]
    return field
