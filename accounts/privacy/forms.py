"""The form that closes one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from web.mailboxes import KnownMailboxField


class LeaveForm(forms.Form):
    """The person's own address, which they type so that nobody closes their account by mistake."""

    email = KnownMailboxField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("Type it to confirm that you want to close your account."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Create the form for `user`, who must type their main address to confirm that they close their account."""
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        """Return the address that was typed; raises ValidationError when it is not the main address of the person's
        account.
        """
        typed: str = self.cleaned_data["email"]
        if typed != self.user.email.lower():
            raise forms.ValidationError(_("This is not the main address of your account. Check it and type it again."))
        return typed
