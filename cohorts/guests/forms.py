"""Forms of guests: the consent to an e-mail address, the answer for a session, and corrections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.guests.enums import GuestAnswer
from cohorts.models import Attendance, Stakeholder, StakeholderContact
from web.forms.fields import model_form_field, text_field
from web.mailboxes import MailboxField


class ContactForm(forms.Form):
    """The e-mail address of a stakeholder, and what they agreed to."""

    email = MailboxField(label=_("E-mail address"), max_length=254)
    consent = text_field(
        _("What the person agreed to"),
        length=StakeholderContact._meta.get_field("consent").max_length or 0,
        help_text=_(
            "In what words, and how. For example: “On 3 March, at the workshop, she agreed to get our invitations by"
            " e-mail.” The person can read this text."
        ),
    )


class AnswerForm(forms.Form):
    """Whether a guest comes to a session, who comes instead, and needs."""

    answer = forms.ChoiceField(label=_("Are you coming?"), choices=GuestAnswer.choices, widget=forms.RadioSelect)
    substitute = forms.CharField(
        label=_("Name of the person who comes instead"),
        required=False,
        max_length=Attendance._meta.get_field("substitute").max_length,
        help_text=_("Only if someone else comes, and only if this person agrees."),
    )
    needs = forms.CharField(
        label=_("What do you need to take part?"),
        required=False,
        max_length=Attendance._meta.get_field("needs").max_length,
        help_text=_("For example: wheelchair access, sign language, a vegetarian meal."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse “someone else comes” without a name."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == GuestAnswer.SUBSTITUTE and not cleaned.get("substitute"):
            self.add_error("substitute", _("Write the name of the person who comes instead."))
        return cleaned


class CorrectionForm(forms.ModelForm[Stakeholder]):
    """The name and organisation of a stakeholder, as they correct them."""

    class Meta:
        model = Stakeholder
        fields = ("name", "organisation")
        formfield_callback = model_form_field
