"""Forms on e-mail addresses: a person adds one of theirs; lab staff search all addresses and release one."""

from typing import Any

from allauth.account.forms import AddEmailForm
from allauth.account.models import EmailAddress
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.addresses.claim_email import request_confirmation
from accounts.sign_in.forms import mailbox_field
from web.forms.fields import VisibleTextField
from web.mailboxes import MailboxField


class AddressSearchForm(forms.Form):
    """The part of an address for which lab staff search."""

    search = VisibleTextField(label=_("E-mail address"), max_length=254, required=False)


class ReleaseForm(forms.Form):
    """The reason why the lab takes an address from a person, who reads it."""

    because = VisibleTextField(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "For example: “The address is Vera’s, who called us today.” The person who loses"
            " the address will read this."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddAddressForm(AddEmailForm):
    """A further address of a person, which is a claim until it is confirmed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = mailbox_field(self.fields["email"], MailboxField)

    def save(self, request: HttpRequest) -> EmailAddress:
        """Record the claim and send the e-mail that confirms the address; return an address that is not saved.

        So allauth does not announce the address as added before it is confirmed.
        """
        request_confirmation(request, self.user, self.cleaned_data["email"])
        return EmailAddress(user=self.user, email=self.cleaned_data["email"])
