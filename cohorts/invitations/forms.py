"""Forms of invitations: a withdrawal, and the account of a new person."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.form_fields import ReasonField
from web.forms.fields import NameField


class RevokeInvitationForm(forms.Form):
    """The reason why an invitation is withdrawn."""

    reason = ReasonField(label=_("Why"), help_text=_("This reason stays in the history. The person does not see it."))


class NewcomerForm(forms.Form):
    """The name and the password with which an invited person opens an account."""

    full_name = NameField(
        label=_("Your name"),
        max_length=150,
        help_text=_("As others see it here."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Show the rules for passwords; the password will be compared with the name and address of the invited
        `person`.

        Other arguments are those of a Django form.
        """
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        """Add an error for a password that breaks the rules, or resembles the person's name or address; return the
        cleaned data.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned:
            person = User(email=self.person.email, full_name=cleaned.get("full_name", ""))
            try:
                validate_password(cleaned["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
