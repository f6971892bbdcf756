"""Forms on second factors: taking a lost one away, adding and renaming a passkey."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.fields import WordsField


class ResetForm(forms.Form):
    """How somebody of the lab knows who it was that lost a second factor; the person reads it."""

    because = WordsField(
        label=_("How you know that it is them"),
        max_length=300,
        help_text=_("What you asked or saw, and when. They read it in a letter and on their account page."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddPasskeyForm(AddWebAuthnForm):
    """A key of the person's device, by itself unless they say otherwise."""

    name = forms.CharField(
        label=_("Name"), required=False, max_length=100, help_text=_("So that you know it again: “my telephone”.")
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone"),
        required=False,
        initial=True,
        help_text=_(
            "Without the password: your device asks for a finger, your face or its code. Some keys cannot do that; "
            "they then come after the password."
        ),
    )


class RenamePasskeyForm(EditWebAuthnForm):
    """What the person calls it."""

    name = forms.CharField(label=_("Name"), max_length=100)
