"""The form for the phases of a format version, one line per kind of phase; an empty line means that it is lacking."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from programmes.actions import PhaseSpan
from programmes.enums import PhaseKind
from programmes.models import FormatPhase
from programmes.models.formats import MAX_MONTHS


class PhasesForm(forms.Form):
    """The phases of a format version: fields `<kind>_from` and `<kind>_to`, in months after a cohort's start.

    `phases` are the saved ones. `cleaned_data["phases"]` is a list of `PhaseSpan`, in order of their start.
    """

    def __init__(self, *args: Any, phases: list[FormatPhase], **options: Any) -> None:
        super().__init__(*args, **options)
        phases_by_kind = {phase.kind: phase for phase in phases}
        for kind in PhaseKind:
            phase = phases_by_kind.get(kind)
            start, end = (phase.start_month, phase.end_month) if phase else (None, None)
            self._add_month_field(f"{kind}_from", _("%(phase)s: from month"), kind, start)
            self._add_month_field(f"{kind}_to", _("%(phase)s: to month"), kind, end)

    def _add_month_field(self, name: str, label: Any, kind: PhaseKind, initial: int | None) -> None:
        """Add the optional field `name` for the first or last month of one kind of phase, a number from 0.

        `label` contains %(phase)s; `initial` is the saved month, None without one.
        """
        self.fields[name] = forms.IntegerField(
            label=label % {"phase": kind.label}, min_value=0, max_value=MAX_MONTHS, required=False, initial=initial
        )

    def rows(self) -> Iterator[tuple[PhaseKind, BoundField, BoundField]]:
        """Yield each kind of phase with its two fields, for the first and the last month, for the template."""
        return ((kind, self[f"{kind}_from"], self[f"{kind}_to"]) for kind in PhaseKind)

    def clean(self) -> dict[str, Any]:
        """Return the phases that were filled in, sorted by start, under the key "phases".

        A phase with one month only, or that ends before it starts, is an error of its field.
        """
        spans: list[PhaseSpan] = []
        for kind in PhaseKind:
            start, end = self.cleaned_data.get(f"{kind}_from"), self.cleaned_data.get(f"{kind}_to")
            if start is not None and end is not None:
                spans.append(PhaseSpan(kind, start, end))
                self._check_order(kind, start, end)
            elif start is not None or end is not None:
                self.add_error(f"{kind}_{'to' if end is None else 'from'}", _("Give both months, or leave both empty."))
        spans.sort(key=lambda phase: phase.start)
        return {"phases": spans}

    def _check_order(self, kind: PhaseKind, start: int, end: int) -> None:
        """Add an error to the field of the last month of a phase unless `end` comes after `start`."""
        if end <= start:
            self.add_error(f"{kind}_to", _("A phase cannot end before it starts: check both months."))
