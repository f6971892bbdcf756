"""Forms of invitations: a pasted list, taking one back, and what someone new says of themself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.form_fields import ReasonField
from cohorts.invitations.list_parser import MOST_LINES
from cohorts.people.enums import Role
from web.forms.fields import CHOOSE, NameField, WordsField

MOST_PASTED = 40_000


class PastedForm(forms.Form):
    """People, one to a line; what a line does not say itself holds for all of them."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        error_messages=CHOOSE,
        help_text=_("Applies to every line that does not give another one."),
    )
    language = forms.ChoiceField(
        label=_("Language of e-mails"),
        choices=settings.LANGUAGES,
        error_messages=CHOOSE,
        help_text=_("Applies to every line that does not give another one."),
    )
    people = WordsField(
        label=_("People"),
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_(
            "One person per line: a name followed by the address in angle brackets, as in e-mail"
            " programs, or columns copied from a table: address; name; role; department; discipline;"
            " language."
        ),
    )

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(given.value, given.label) for given in roles]

    def clean_people(self) -> str:
        text: str = self.cleaned_data["people"]
        if len(text.splitlines()) > MOST_LINES:
            raise forms.ValidationError(
                _("The list has more than %(n)d lines. Paste it in several parts.") % {"n": MOST_LINES}, code="long"
            )
        return text


class RevokeForm(forms.Form):
    """Why somebody is not to come after all."""

    reason = ReasonField(label=_("Why"), help_text=_("This reason stays in the history. The person does not see it."))


class NewcomerForm(forms.Form):
    """Someone new: the name others see, and a password of their own."""

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
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned:
            known = User(email=self.person.email, full_name=cleaned.get("full_name", ""))
            try:
                validate_password(cleaned["password"], known)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
