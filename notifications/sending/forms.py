"""What lab staff fill in to hold every e-mail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.fields import WordsField


class HoldForm(forms.Form):
    """Why all letters are held."""

    reason = WordsField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Write why e-mails are paused. All lab staff can read this text."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
