"""Forms on second factors: taking a lost one away, adding and renaming a passkey."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.fields import WordsField


class ResetForm(forms.Form):
    """How somebody of the lab knows who it was that lost a second factor; the person reads it."""

    because = WordsField(
        label=_("How you checked the person’s identity"),
        max_length=300,
        help_text=_(
            "Write what you asked or saw, and when. The person can read it in an e-mail and on their account page."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddPasskeyForm(AddWebAuthnForm):
    """A key of the person's device, by itself unless they say otherwise."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=100,
        help_text=_("A name to recognise it by, for example “my phone”."),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone"),
        required=False,
        initial=True,
        help_text=_(
            "Without your password: your device asks for your fingerprint, your face or its code. Some"
            " passkeys cannot do this; you then use them after your password."
        ),
    )


class RenamePasskeyForm(EditWebAuthnForm):
    """What the person calls it."""

    name = forms.CharField(label=_("Name"), max_length=100)
