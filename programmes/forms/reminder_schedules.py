"""The letters of one ladder, a line each: when, to whom, what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.reminders.schedule import parse_offset
from programmes.actions import Rung
from programmes.enums import Audience, LadderKind, Letter
from programmes.formats.reminder_schedules import audiences_of, letters_of, misplaced
from web.errors import DomainError

MOST_RUNGS = 60
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
    """A number, and what it counts."""

    template_name = "programmes/widgets/offset.html"

    def __init__(self) -> None:
        count = forms.NumberInput(attrs={"min": 1, "max": 999, "aria-label": _("How many")})
        unit = forms.Select(choices=UNITS, attrs={"aria-label": _("Weeks, days or months, before or after")})
        super().__init__([count, unit])

    def decompress(self, value: str | None) -> list[Any]:
        if not value:
            return [None, ""]
        offset = parse_offset(value)
        return [abs(offset.amount), f"{'-' if offset.before else '+'}{offset.unit}"]


class OffsetField(forms.MultiValueField):
    """Reads "26" and "weeks before" as -26w."""

    def __init__(self, **options: Any) -> None:
        parts = (forms.IntegerField(min_value=1, max_value=999), forms.ChoiceField(choices=UNITS))
        super().__init__(parts, widget=OffsetWidget, **options)

    def compress(self, data_list: list[Any]) -> str:
        if not any(data_list):
            return ""
        if not all(data_list):
            raise forms.ValidationError(_("Give a number and choose a unit."))
        count, unit = data_list
        return f"{unit[0]}{count}{unit[1:]}"


class RungForm(forms.Form):
    """One letter of the ladder."""

    offset = OffsetField(label=_("When"))
    audience = forms.ChoiceField(label=_("To whom"))
    letter = forms.ChoiceField(label=_("What"))
    alone = forms.BooleanField(label=_("Always a separate e-mail"), required=False)
    until = OffsetField(label=_("Useful until"), required=False)
    slug = forms.SlugField(widget=forms.HiddenInput, max_length=60, required=False)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self.fields["audience"] = _choice(_("To whom"), audiences_of(kind), Audience)
        self.fields["letter"] = _choice(_("What"), letters_of(kind), Letter)
        if kind != LadderKind.IDEA:
            del self.fields["until"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("DELETE"):
            place = {name: given[name] for name in ("audience", "letter", "alone")}
            for field, said in misplaced(self.kind, offset=parse_offset(given["offset"]), **place):
                self.add_error(field, said)
        return given

    def rung(self) -> Rung:
        return Rung(**{name: value for name, value in self.cleaned_data.items() if name != "DELETE"})


def _choice(label: Any, slugs: list[str], words: type[Audience] | type[Letter]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "—"), *((slug, words(slug).label) for slug in slugs)])


class LadderFormSet(forms.BaseFormSet[RungForm]):
    """The lines of a ladder and two empty ones; `form_kwargs` names the kind of event."""

    form = RungForm
    renderer = None
    extra, min_num, max_num, absolute_max = 2, 0, MOST_RUNGS, 2 * MOST_RUNGS
    can_order, can_delete, can_delete_extra = False, True, False
    validate_min, validate_max = False, True

    def rungs(self) -> list[Rung]:
        """The lines that stay and are not empty."""
        kept = (form for form in self.forms if form not in self.deleted_forms)
        return [form.rung() for form in kept if form.cleaned_data]

    def refuse(self, error: DomainError) -> None:
        """Show above the table why the ladder is not taken."""
        self.non_form_errors().append(str(error))
