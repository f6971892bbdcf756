"""Forms that set the platform up, and change the lab's settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.lab.models import SITE
from accounts.models import User
from accounts.refusals import CARD_SITES
from web.dates.zones import TIME_ZONES
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import CHOICE_ERRORS, NameField, VisibleTextField
from web.mailboxes import MailboxField


class LabForm(forms.Form):
    """The lab's name, and what invitations, e-mails and authorities start with."""

    name = VisibleTextField(label=_("Name of the lab"), max_length=120, help_text=_("E-mails show it as their sender."))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        error_messages=CHOICE_ERRORS,
        help_text=_("Default language of e-mails, invitations and authorities. Everyone can choose another one."),
    )
    sender = MailboxField(
        label=_("Sender of e-mails"),
        max_length=254,
        required=False,
        help_text=_("An address at which the lab reads answers. If you leave it empty, it is that of the server."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=list(TIME_ZONES.items()),
        error_messages=CHOICE_ERRORS,
        help_text=_("Used on pages, and by default for authorities added by hand. Sessions follow their authority."),
    )


class SitesField(forms.CharField):
    """Addresses of sites, one per line, as a content security policy takes them."""

    widget = forms.Textarea(attrs={"rows": 3})
    default_validators = [RegexValidator(rf"^{SITE}(\n{SITE})*\Z", CARD_SITES)]

    def to_python(self, value: Any) -> str:
        """Return the addresses in lower case, one per line, without empty lines and without the slash at their end."""
        lines = (super().to_python(value) or "").splitlines()
        return "\n".join(line.strip().lower().rstrip("/") for line in lines if line.strip())


class LabSettingsForm(LabForm, VersionedForm):
    """The settings of the lab, as they were when the page was opened."""

    card_sites = SitesField(
        label=_("Sites that may show the card of public figures"),
        required=False,
        max_length=2000,
        help_text=_("One address per line, such as https://www.rivage.example. If you leave it empty, any site may."),
    )


class SetUpForm(LabForm):
    """The lab, and the name, address and password of its first account."""

    full_name = NameField(
        label=_("Your name"),
        max_length=150,
        help_text=_("As others see it here."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = MailboxField(
        label=_("Your e-mail address"), max_length=254, help_text=_("You sign in with it."), widget=forms.EmailInput
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )
    field_order = ["name", "full_name", "email", "password", "language", "time_zone", "sender"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the rules for passwords; the arguments are those of a Django form."""
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        """Add an error for a password that breaks the rules; return the cleaned data."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned:
            person = User(email=cleaned.get("email", ""), full_name=cleaned.get("full_name", ""))
            try:
                validate_password(cleaned["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
