"""Forms for signing in and for the e-mails that lead there."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.utils.translation import gettext_lazy as _

from web.mailboxes import KnownMailboxField, MailboxField

MAX_ADDRESS_LENGTH = 254  # characters


ADDRESS = _("E-mail address")


def mailbox_field(field: forms.Field, kind: type[MailboxField]) -> MailboxField:
    """Return our form field for an e-mail address in place of allauth's `field`.

    It gives the address in its canonical form. `kind` is the class of the new field, which keeps the widget of `field`
    without its placeholder.
    """
    field.widget.attrs.pop("placeholder", None)
    return kind(label=ADDRESS, max_length=MAX_ADDRESS_LENGTH, widget=field.widget)


class SignInForm(LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = mailbox_field(self.fields["login"], KnownMailboxField)


class ForgottenPasswordForm(ResetPasswordForm):
    """The address to which the link for a new password is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = mailbox_field(self.fields["email"], KnownMailboxField)


class AddressForm(forms.Form):
    """The address to which the sign-in link is sent."""

    email = KnownMailboxField(
        label=ADDRESS,
        max_length=MAX_ADDRESS_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )
