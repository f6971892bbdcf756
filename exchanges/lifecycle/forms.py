"""Forms to set theme and venue, and to cancel an exchange."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField


class CancelForm(forms.Form):
    reason = VisibleTextField(
        label=_("Reason"),
        help_text=_("This reason is in the e-mail to everyone who was informed."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class ThemeAndVenueForm(VersionedForm):
    theme = VisibleTextField(label=_("Theme"), max_length=200, required=False)
    venue = VisibleTextField(
        label=_("Venue"),
        help_text=_("Building, street and town, as on a travel order."),
        max_length=200,
        required=False,
    )
    capacity = forms.IntegerField(
        label=_("Capacity"),
        help_text=_("Leave empty where there is no limit."),
        min_value=1,
        max_value=5000,
        required=False,
    )
