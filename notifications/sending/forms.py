"""The form with which lab staff pause all e-mails."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.fields import VisibleTextField


class PauseForm(forms.Form):
    """The reason for pausing all e-mails, which all lab staff can read."""

    reason = VisibleTextField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Write why e-mails are paused. All lab staff can read this text."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
