"""What people fill in about an exchange."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from exchanges.exchange.enums import ExchangeState, RegistrationState
from exchanges.models import Exchange, Guest, Registration
from web.forms import DayField, WordsField, needed_if, text_field
from web.seen import StartedForm


class SeenForm(forms.Form):
    """An act on an exchange as the person saw it; sent for an older version it is refused with the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, exchange: Exchange, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": exchange.version, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.exchange = exchange

    def look_again(self) -> None:
        """Take what the page now shows, so that sending once more means having seen it."""
        seen = {"version": str(self.exchange.version), "state": self.exchange.state}
        self.data = {**dict(self.data.items()), **seen}


def _out_of_turn() -> forms.CharField:
    """Why a cohort hosts out of its turn."""
    return needed_if(
        text_field(_("Reason of the swap"), rows=2, length=1000),
        _("required if, on that date, this cohort has already hosted and another has not"),
    )


def _all_the_same() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Take these days all the same"),
        help_text=_("Only where a cohort has a session of its own then."),
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
        help_text=_("The cohorts will read it on the page."),
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
        help_text=_("The cohorts will read it on the page."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class CancelForm(forms.Form):
    reason = WordsField(
        label=_("Reason"),
        help_text=_("It is in the letter that goes to everyone who was told."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class PlaceForm(StartedForm):
    theme = WordsField(label=_("Theme"), max_length=200, required=False)
    venue = WordsField(
        label=_("Place"), help_text=_("House, street and town, as for a travel order."), max_length=200, required=False
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        help_text=_("Leave empty where there is no limit."),
        min_value=1,
        max_value=5000,
        required=False,
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


class OthersForm(forms.Form):
    """People of one's cohorts who have no place yet."""

    people = forms.ModelMultipleChoiceField(
        label=_("People"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]  # a ModelMultipleChoiceField, as above


class AttendanceForm(forms.Form):
    """Of those registered and of the guests, who came: all of them unless unticked."""

    came = forms.ModelMultipleChoiceField(
        label=_("Who came"),
        help_text=_("Untick those who did not come."),
        queryset=Registration.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    guests = forms.ModelMultipleChoiceField(
        label=_("Guests who came"),
        queryset=Guest.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, answers: Any, guests: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("came", answers, lambda answer: str(answer.user))
        self._offer("guests", guests, str)

    def _offer(self, name: str, rows: Any, label: Any) -> None:
        """Those to tick; where there is nobody, nothing is shown."""
        field = self.fields[name]
        field.queryset = rows  # type: ignore[attr-defined]  # a ModelMultipleChoiceField, as above
        field.label_from_instance = label  # type: ignore[attr-defined]  # likewise
        field.initial = [row.pk for row in rows if row.state != RegistrationState.NO_SHOW]
        if not rows:
            field.widget = field.hidden_widget()


def _host_field(label: Any, cohorts: list[Cohort]) -> "forms.ModelChoiceField[Cohort]":
    """A choice among cohorts read already: it asks the database only for the one chosen."""
    keys = [cohort.pk for cohort in cohorts]
    field = forms.ModelChoiceField(label=label, queryset=Cohort.objects.filter(pk__in=keys))
    field.choices = [("", "—"), *((cohort.pk, cohort.name) for cohort in cohorts)]
    return field
