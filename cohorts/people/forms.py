"""Forms about the people of a cohort."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.models import Membership
from cohorts.people.enums import Role
from programmes.forms.rows import RowForm
from web.forms.fields import CHOOSE, DayField, NameField, WordsField, needed_if
from web.mailboxes import MailboxField


class DetailsForm(RowForm[Membership]):
    """What is known of a membership beside its role and dates."""

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
        super().__init__(*args, **kwargs)
        needed_if(self.fields["discipline"], _("required for residents"))


class MemberForm(DetailsForm):
    """Someone new: who, as what, from when."""

    email = MailboxField(label=_("E-mail address"), max_length=254)
    full_name = NameField(
        label=_("Name"), max_length=150, help_text=_("Someone who has an account keeps the name they chose.")
    )
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, error_messages=CHOOSE)
    starts_on = DayField(label=pgettext_lazy("date", "From"))
    ends_on = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, roles: Sequence[Role] = tuple(Role), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(given.value, given.label) for given in roles]

    field_order = ["email", "full_name", "language", "role", "starts_on", "ends_on", "unit", "discipline"]

    class Meta(DetailsForm.Meta):
        fields = ["role", "starts_on", "ends_on", *DetailsForm.Meta.fields]
        help_texts = DetailsForm.Meta.help_texts | {
            "day_allowance": _(
                "If you leave this field empty, ambassadors get the number of days that the format allows."
            )
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The membership ends before it starts. Check both dates."))
        return cleaned


class EndForm(forms.Form):
    """The last day, and why."""

    ends_on = DayField(label=_("Last day"))
    reason = WordsField(
        label=_("Why"),
        max_length=300,
        required=False,
        help_text=_("This text stays in the history. Do not write anything about health or private life."),
    )
