"""Forms on second factors: remove a lost one, add a passkey, rename a passkey."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.fields import VisibleTextField


class ResetForm(forms.Form):
    """How lab staff checked the identity of the person who lost a second factor; the person reads it."""

    because = VisibleTextField(
        label=_("How you checked the person’s identity"),
        max_length=300,
        help_text=_(
            "Write what you asked or saw, and when. The person can read it in an e-mail and on their account page."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddPasskeyForm(AddWebAuthnForm):
    """The name of a new passkey, and whether it signs in without the password."""

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
    """A new name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=100)
