"""Forms about dates and hosts."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.forms import VersionedExchangeForm
from exchanges.models import Exchange
from web.forms.fields import DayField, VisibleTextField, required_if, text_field


def _swap_reason_field() -> forms.CharField:
    """Return the optional text field for the reason why a cohort hosts again before another one has hosted."""
    return required_if(
        text_field(_("Why this cohort hosts again"), rows=2, length=1000),
        _("required if, on that date, this cohort has already hosted and another has not"),
    )


def _session_days_field() -> forms.BooleanField:
    """Return the optional checkbox with which a person accepts days on which a cohort has a session."""
    return forms.BooleanField(
        label=_("Choose these days although a cohort has a session"),
        required=False,
    )


class MoveExchangeForm(VersionedExchangeForm):
    first_day = DayField(label=_("First day"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=10)
    allow_session_days = _session_days_field()
    swap_reason = _swap_reason_field()

    def __init__(self, *args: Any, exchange: Exchange, first_day: date | None = None, **kwargs: Any) -> None:
        """Create the form with the present days of the exchange; `first_day`, if given, replaces the first of them."""
        kwargs["initial"] = {"first_day": first_day or exchange.first_day, "days": exchange.days}
        super().__init__(*args, exchange=exchange, **kwargs)


class SwapHostForm(VersionedExchangeForm):
    """Another host, with a reason. `state` is the exchange's state as the person saw it.

    With it a host that confirmed in the meantime is not replaced by accident.
    """

    state = forms.ChoiceField(widget=forms.HiddenInput, choices=ExchangeState.choices, required=False)
    host = forms.ModelChoiceField(label=_("New host"), queryset=Cohort.objects.none())
    reason = VisibleTextField(
        label=_("Reason"),
        help_text=_("The cohorts will read this reason on the page."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )

    def __init__(
        self, *args: Any, exchange: Exchange, cohorts: list[Cohort], host_id: str | None = None, **kwargs: Any
    ) -> None:
        """Create the form; the choices are the `cohorts` other than the present host. `host_id` is the key of the one
        preselected.
        """
        kwargs["initial"] = {"state": exchange.state, "host": host_id}
        super().__init__(*args, exchange=exchange, **kwargs)
        self.fields["host"] = _host_field(
            _("New host"), [cohort for cohort in cohorts if cohort.pk != exchange.host_id]
        )


class PassOnForm(VersionedExchangeForm):
    """The reason why the turn goes to the next cohort in line."""

    reason = VisibleTextField(
        label=_("Reason"),
        help_text=_("The cohorts will read this reason on the page."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class ProposeExchangeForm(forms.Form):
    first_day = DayField(label=_("First day"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=10)
    allow_session_days = _session_days_field()
    host = forms.ModelChoiceField(label=_("Host"), queryset=Cohort.objects.none())
    theme = VisibleTextField(label=_("Theme"), max_length=200, required=False)
    swap_reason = _swap_reason_field()

    def __init__(self, *args: Any, cohorts: list[Cohort], **kwargs: Any) -> None:
        """Create the form; `cohorts` are those that can host, the choices of the host."""
        super().__init__(*args, **kwargs)
        self.fields["host"] = _host_field(_("Host"), cohorts)


def _host_field(label: Any, cohorts: list[Cohort]) -> "forms.ModelChoiceField[Cohort]":
    """Return a choice field for the host among these cohorts; on submission it queries only the chosen cohort."""
    keys = [cohort.pk for cohort in cohorts]
    field = forms.ModelChoiceField(label=label, queryset=Cohort.objects.filter(pk__in=keys))
    field.choices = [("", "—"), *((cohort.pk, cohort.name) for cohort in cohorts)]
    return field
