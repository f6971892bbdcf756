"""Forms of lab staff on the addresses of everyone."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import WordsField


class AddressSearchForm(forms.Form):
    """Part of an address."""

    search = WordsField(label=_("E-mail address"), max_length=254, required=False)


class ReleaseForm(forms.Form):
    """Why the lab takes an address off a person, who reads it."""

    because = WordsField(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "For example: “The address is Vera’s, who called us today.” The person who loses"
            " the address will read this."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
