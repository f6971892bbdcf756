"""Forms for the reminder schedule of one kind of event, a line per e-mail: when, to whom, what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.reminders.schedule import parse_offset
from programmes.actions import ReminderStepInput
from programmes.enums import Audience, EmailType, ReminderScheduleKind
from programmes.formats.reminder_schedules import audiences_of, email_types_of, placement_errors
from web.errors import DomainError

MAX_STEPS = 60
UNITS = [
    ("", "—"),
    ("-w", _("weeks before")),
    ("-wd", _("working days before")),
    ("-d", _("days before")),
    ("-m", _("months before")),
    ("+wd", _("working days after")),
    ("+d", _("days after")),
    ("+w", _("weeks after")),
    ("+m", _("months after")),
]


class OffsetWidget(forms.MultiWidget):
    """Two inputs for the time of a reminder relative to its event: a number, and its unit with before or after."""

    template_name = "programmes/widgets/offset.html"

    def __init__(self) -> None:
        count = forms.NumberInput(attrs={"min": 1, "max": 999, "aria-label": _("How many")})
        unit = forms.Select(choices=UNITS, attrs={"aria-label": _("Weeks, days or months, before or after")})
        super().__init__([count, unit])

    def decompress(self, value: str | None) -> list[Any]:
        """Split an offset for the two inputs: "-26w" becomes 26 and "-w"; None and "" without an offset."""
        if not value:
            return [None, ""]
        offset = parse_offset(value)
        return [abs(offset.amount), f"{'-' if offset.before else '+'}{offset.unit}"]


class OffsetField(forms.MultiValueField):
    """The time of a reminder relative to its event, from two inputs: 26 and "weeks before" are read as "-26w"."""

    def __init__(self, **options: Any) -> None:
        parts = (forms.IntegerField(min_value=1, max_value=999), forms.ChoiceField(choices=UNITS))
        super().__init__(parts, widget=OffsetWidget, **options)

    def compress(self, data_list: list[Any]) -> str:
        """Join number and unit to an offset: [26, "-w"] becomes "-26w"; "" when both are empty.

        Raises ValidationError when only one of them is given.
        """
        if not any(data_list):
            return ""
        if not all(data_list):
            raise forms.ValidationError(_("Give a number and choose a unit."))
        count, unit = data_list
        return f"{unit[0]}{count}{unit[1:]}"


class ReminderStepForm(forms.Form):
    """One step of the reminder schedule of a kind of event: when, to whom, what.

    `slug` identifies a saved step and is empty for a new one.
    """

    offset = OffsetField(label=_("When"))
    audience = forms.ChoiceField(label=_("To whom"))
    email_type = forms.ChoiceField(label=_("What"))
    alone = forms.BooleanField(label=_("Always a separate e-mail"), required=False)
    until = OffsetField(label=_("Useful until"), required=False)
    slug = forms.SlugField(widget=forms.HiddenInput, max_length=60, required=False)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self.fields["audience"] = _slug_choice_field(_("To whom"), audiences_of(kind), Audience)
        self.fields["email_type"] = _slug_choice_field(_("What"), email_types_of(kind), EmailType)
        if kind not in (ReminderScheduleKind.IDEA, ReminderScheduleKind.INNOVATION_TEAM):
            del self.fields["until"]

    def clean(self) -> dict[str, Any]:
        """Return the checked values; add an error for each value that breaks the rule of the step's type of e-mail.

        The rule says whether it is sent before or after the event, to which audiences, and whether alone. A step marked
        for deletion is not checked.
        """
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("DELETE"):
            values = {name: cleaned[name] for name in ("audience", "email_type", "alone")}
            for field, message in placement_errors(self.kind, offset=parse_offset(cleaned["offset"]), **values):
                self.add_error(field, message)
        return cleaned

    def step(self) -> ReminderStepInput:
        """Return the step of a valid form, for the action that saves the schedule."""
        return ReminderStepInput(**{name: value for name, value in self.cleaned_data.items() if name != "DELETE"})


def _slug_choice_field(label: Any, slugs: list[str], labels: type[Audience] | type[EmailType]) -> forms.ChoiceField:
    """Return a field to choose one of these slugs, an empty choice first; `labels` is the class of choices that has
    their labels.
    """
    return forms.ChoiceField(label=label, choices=[("", "—"), *((slug, labels(slug).label) for slug in slugs)])


class ReminderScheduleFormSet(forms.BaseFormSet[ReminderStepForm]):
    """The steps of a reminder schedule and two empty lines; `form_kwargs` gives the kind of event."""

    form = ReminderStepForm
    renderer = None
    extra, min_num, max_num, absolute_max = 2, 0, MAX_STEPS, 2 * MAX_STEPS
    can_order, can_delete, can_delete_extra = False, True, False
    validate_min, validate_max = False, True

    def steps(self) -> list[ReminderStepInput]:
        """Return the steps of the valid lines that are neither deleted nor empty, in the order of the form."""
        remaining = (form for form in self.forms if form not in self.deleted_forms)
        return [form.step() for form in remaining if form.cleaned_data]

    def refuse(self, error: DomainError) -> None:
        """Show the error's message above the table of steps, as the reason why the schedule is not saved."""
        self.non_form_errors().append(str(error))
