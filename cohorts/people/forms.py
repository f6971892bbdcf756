"""Forms about the people of a cohort."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.models import Membership
from cohorts.people.enums import MembershipRole
from programmes.forms.rows import RowForm
from web.forms.fields import CHOICE_ERRORS, DayField, NameField, VisibleTextField, required_if
from web.mailboxes import MailboxField


class MembershipDetailsForm(RowForm[Membership]):
    """The form of a membership's details: discipline, department, mission letter and day allowance."""

    mission_letter_on = DayField(
        label=_("Date of the mission letter"),
        required=False,
        help_text=_("The day on which management agreed in writing to release the person’s time."),
    )

    class Meta:
        model = Membership
        fields = ["discipline", "unit", "mission_letter_on", "day_allowance"]
        help_texts = {"discipline": _("For residents: design, sociology, urbanism…")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Mark the discipline as “required for residents” on the page; the arguments are those of a model form."""
        super().__init__(*args, **kwargs)
        required_if(self.fields["discipline"], _("required for residents"))


class MemberForm(MembershipDetailsForm):
    """The form of a new member of a cohort: the person, the role, the dates and the details of the membership."""

    email = MailboxField(label=_("E-mail address"), max_length=254)
    full_name = NameField(
        label=_("Name"), max_length=150, help_text=_("Someone who has an account keeps the name they chose.")
    )
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES)
    role = forms.ChoiceField(label=_("Role"), choices=MembershipRole.choices, error_messages=CHOICE_ERRORS)
    starts_on = DayField(label=pgettext_lazy("date", "From"))
    ends_on = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, roles: Sequence[MembershipRole] = tuple(MembershipRole), **kwargs: Any) -> None:
        """Offer only these `roles`, by default all; other arguments are those of a model form."""
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(choice.value, choice.label) for choice in roles]

    field_order = ["email", "full_name", "language", "role", "starts_on", "ends_on", "unit", "discipline"]

    class Meta(MembershipDetailsForm.Meta):
        fields = ["role", "starts_on", "ends_on", *MembershipDetailsForm.Meta.fields]
        help_texts = MembershipDetailsForm.Meta.help_texts | {
            "day_allowance": _(
                "If you leave this field empty, ambassadors get the number of days that the format allows."
            )
        }

    def clean(self) -> dict[str, Any]:
        """Add an error when the last day is before the first; return the cleaned data."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The membership ends before it starts. Check both dates."))
        return cleaned


class EndMembershipForm(forms.Form):
    """The last day of a membership, and the reason."""

    ends_on = DayField(label=_("Last day"))
    reason = VisibleTextField(
        label=_("Why"),
        max_length=300,
        required=False,
        help_text=_("This text stays in the history. Do not write anything about health or private life."),
    )
