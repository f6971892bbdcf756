"""Forms of invitations: a pasted list, a withdrawal, and the account of a new person."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.form_fields import ReasonField
from cohorts.invitations.list_parser import MAX_LINES
from cohorts.people.enums import MembershipRole
from web.forms.fields import CHOICE_ERRORS, NameField, VisibleTextField

MAX_PASTED_CHARACTERS = 40_000


class InvitationListForm(forms.Form):
    """A pasted list of people, one per line, with the role and the language for lines that give none."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=MembershipRole.choices,
        error_messages=CHOICE_ERRORS,
        help_text=_("Applies to every line that does not give another one."),
    )
    language = forms.ChoiceField(
        label=_("Language of e-mails"),
        choices=settings.LANGUAGES,
        error_messages=CHOICE_ERRORS,
        help_text=_("Applies to every line that does not give another one."),
    )
    people = VisibleTextField(
        label=_("People"),
        max_length=MAX_PASTED_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_(
            "One person per line: a name followed by the address in angle brackets, as in e-mail"
            " programs, or columns copied from a table: address; name; role; department; discipline;"
            " language."
        ),
    )

    def __init__(self, *args: Any, roles: Sequence[MembershipRole], **kwargs: Any) -> None:
        """Offer these `roles`, those that the sender may give, for the lines that name none; other arguments are a
        Django form's.
        """
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(choice.value, choice.label) for choice in roles]

    def clean_people(self) -> str:
        """Return the pasted text; raise ValidationError when it has more than 300 lines."""
        text: str = self.cleaned_data["people"]
        if len(text.splitlines()) > MAX_LINES:
            raise forms.ValidationError(
                _("The list has more than %(n)d lines. Paste it in several parts.") % {"n": MAX_LINES}, code="long"
            )
        return text


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
