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
    """Whether a guest comes to a session, who comes instead, and needs. Each answer is a button that sends the form."""

    answer = forms.ChoiceField(label=_("Are you coming?"), choices=GuestAnswer.choices)
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
        """Refuse “someone else comes” without a name, and “yes” with the name of someone else."""
        cleaned = super().clean() or {}
        answer, substitute = cleaned.get("answer"), cleaned.get("substitute")
        if answer == GuestAnswer.SUBSTITUTE and not substitute:
            self.add_error("substitute", _("Write the name of the person who comes instead."))
        elif answer == GuestAnswer.YES and substitute and substitute != self.initial.get("substitute"):
            self.add_error("substitute", _("If this person comes instead, send the name. If you come, remove it."))
        return cleaned

    @property
    def current_answer(self) -> GuestAnswer | None:
        """Return the answer that was given before; None without one."""
        return GuestAnswer(self.initial["answer"]) if self.initial else None


class CorrectionForm(forms.ModelForm[Stakeholder]):
    """The name and organisation of a stakeholder, as they correct them."""

    class Meta:
        model = Stakeholder
        fields = ("name", "organisation")
        formfield_callback = model_form_field
