"""What people fill in about an exchange."""

from typing import Any

from django import forms

from exchanges.models import Exchange


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
