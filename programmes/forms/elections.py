"""The confirmation with which something is published near an election."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PublishingForm(forms.Form):
    """A confirmation; near an election of the authority a box must be ticked too."""

    election_confirmed = forms.BooleanField(
        label=_("I have checked that this may be made public before the election."),
        help_text=_("The history says who confirmed it."),
        error_messages={"required": _("Confirm that it is allowed, or publish it after the election.")},
    )

    def __init__(self, *args: Any, is_near_election: bool, **options: Any) -> None:
        """Create the form, with the box only if an election is near."""
        super().__init__(*args, **options)
        if not is_near_election:
            del self.fields["election_confirmed"]
