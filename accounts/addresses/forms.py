"""Forms on addresses: one more of one's own, and those of lab staff on the addresses of everyone."""

from typing import Any

from allauth.account.forms import AddEmailForm
from allauth.account.models import EmailAddress
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.addresses.claim_email import request_confirmation
from accounts.sign_in.forms import mailbox_field
from web.forms.fields import WordsField
from web.mailboxes import MailboxField


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


class AddAddressForm(AddEmailForm):
    """A further address of a member: a claim until it is confirmed, as long as a main address at most."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = mailbox_field(self.fields["email"], MailboxField)

    def save(self, request: HttpRequest) -> EmailAddress:
        """Send the e-mail that confirms the address; return an unsaved row, of which allauth notifies nobody."""
        request_confirmation(request, self.user, self.cleaned_data["email"])
        return EmailAddress(user=self.user, email=self.cleaned_data["email"])
