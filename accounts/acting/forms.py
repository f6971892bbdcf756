"""The form that lab staff fill in before they act as a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.fields import VisibleTextField


class SupportForm(forms.Form):
    """The reason why a member of lab staff acts as a person; the person can read it."""

    reason = VisibleTextField(
        label=_("Why"),
        max_length=300,
        help_text=_("Write what the person asked for. They can read it on their account page."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
