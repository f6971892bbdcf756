"""What people change about themselves."""

from typing import Any

from allauth.account.forms import AddEmailForm, LoginForm, ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.addresses.claim_email import request_confirmation
from accounts.models import User
from web.forms import WordsField, column
from web.mailboxes import MailboxField

LONGEST_ADDRESS = 254  # signs
ADDRESS = _("E-mail address")
BROWSER = "browser"  # no choice of one's own: the browser's language


class SupportForm(forms.Form):
    """Why somebody of the lab acts as a person; the person reads it."""

    reason = WordsField(
        label=_("Why"),
        max_length=300,
        help_text=_("What the person asked for. They read it on their account page."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ResetForm(forms.Form):
    """How somebody of the lab knows who it was that lost a second factor; the person reads it."""

    because = WordsField(
        label=_("How you know that it is them"),
        max_length=300,
        help_text=_("What you asked or saw, and when. They read it in a letter and on their account page."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ProfileForm(forms.ModelForm[User]):
    """Name and language."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[(BROWSER, _("as in my browser")), ("fr", "Français"), ("en", "English")]
    )

    class Meta:
        model = User
        fields = ["full_name", "language"]
        formfield_callback = column

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["language"] = self.instance.language or BROWSER

    def clean_language(self) -> str:
        """The language as it is kept: empty for the browser's."""
        chosen: str = self.cleaned_data["language"]
        return "" if chosen == BROWSER else chosen


def _mailbox_field(field: forms.Field) -> MailboxField:
    """Return our own field in place of allauth's: without a placeholder, and with the address in one spelling."""
    field.widget.attrs.pop("placeholder", None)
    return MailboxField(label=ADDRESS, max_length=LONGEST_ADDRESS, widget=field.widget)


class SignInForm(LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = _mailbox_field(self.fields["login"])


class ForgottenPasswordForm(ResetPasswordForm):
    """Where a link to choose a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _mailbox_field(self.fields["email"])


class AddAddressForm(AddEmailForm):
    """A further address of a member: a claim until it is confirmed, as long as a main address at most."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _mailbox_field(self.fields["email"])

    def save(self, request: HttpRequest) -> EmailAddress:
        """Send the e-mail that confirms the address; return an unsaved row, of which allauth notifies nobody."""
        request_confirmation(request, self.user, self.cleaned_data["email"])
        return EmailAddress(user=self.user, email=self.cleaned_data["email"])


class AddressForm(forms.Form):
    """Where a link to sign in goes."""

    email = MailboxField(
        label=ADDRESS,
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
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
