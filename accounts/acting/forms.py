"""What somebody of the lab fills in before acting as a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.fields import WordsField


class SupportForm(forms.Form):
    """Why somebody of the lab acts as a person; the person reads it."""

    reason = WordsField(
        label=_("Why"),
        max_length=300,
        help_text=_("Write what the person asked for. They can read it on their account page."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
