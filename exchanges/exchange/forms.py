"""Base form of actions on an exchange."""

from typing import Any

from django import forms

from exchanges.models import Exchange


class VersionedExchangeForm(forms.Form):
    """A form about one version of an exchange; sent for an older version it is refused with the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, exchange: Exchange, **kwargs: Any) -> None:
        """Create the form with the present version of the exchange in a hidden field.

        The version rises when date, host or venue change, so that an action can refuse a form shown before a change.
        """
        kwargs["initial"] = {"version": exchange.version, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.exchange = exchange

    def renew(self) -> None:
        """Put the present version and state of the exchange into the sent form, after an action refused it.

        The page now shows the present values, so the person can send the form again.
        """
        current = {"version": str(self.exchange.version), "state": self.exchange.state}
        self.data = {**dict(self.data.items()), **current}
