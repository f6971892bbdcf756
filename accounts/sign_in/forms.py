"""Forms of signing in: address, password, and where links go."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.utils.translation import gettext_lazy as _

from web.mailboxes import KnownMailboxField, MailboxField

LONGEST_ADDRESS = 254  # signs


ADDRESS = _("E-mail address")


def mailbox_field(field: forms.Field, kind: type[MailboxField]) -> MailboxField:
    """Return our own field in place of allauth's: without a placeholder, and with the address in one spelling."""
    field.widget.attrs.pop("placeholder", None)
    return kind(label=ADDRESS, max_length=LONGEST_ADDRESS, widget=field.widget)


class SignInForm(LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = mailbox_field(self.fields["login"], KnownMailboxField)


class ForgottenPasswordForm(ResetPasswordForm):
    """Where a link to choose a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = mailbox_field(self.fields["email"], KnownMailboxField)


class AddressForm(forms.Form):
    """Where a link to sign in goes."""

    email = KnownMailboxField(
        label=ADDRESS,
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )
