"""The phases of a format, one line per kind; a line left empty is a phase the format does not have."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from programmes.actions import PhaseMonths
from programmes.enums import PhaseKind
from programmes.models import FormatPhase
from programmes.models.formats import MOST_MONTHS


class PhasesForm(forms.Form):
    """Fields `<kind>_from` and `<kind>_to`, in months after a cohort's start."""

    def __init__(self, *args: Any, phases: list[FormatPhase], **options: Any) -> None:
        super().__init__(*args, **options)
        known = {phase.kind: phase for phase in phases}
        for kind in PhaseKind:
            phase = known.get(kind)
            start, end = (phase.start_month, phase.end_month) if phase else (None, None)
            self._add(f"{kind}_from", _("%(phase)s: from month"), kind, start)
            self._add(f"{kind}_to", _("%(phase)s: to month"), kind, end)

    def _add(self, name: str, label: Any, kind: PhaseKind, initial: int | None) -> None:
        self.fields[name] = forms.IntegerField(
            label=label % {"phase": kind.label}, min_value=0, max_value=MOST_MONTHS, required=False, initial=initial
        )

    def rows(self) -> Iterator[tuple[PhaseKind, BoundField, BoundField]]:
        return ((kind, self[f"{kind}_from"], self[f"{kind}_to"]) for kind in PhaseKind)

    def clean(self) -> dict[str, Any]:
        found: list[PhaseMonths] = []
        for kind in PhaseKind:
            start, end = self.cleaned_data.get(f"{kind}_from"), self.cleaned_data.get(f"{kind}_to")
            if start is not None and end is not None:
                found.append(PhaseMonths(kind, start, end))
                self._check_order(kind, start, end)
            elif start is not None or end is not None:
                self.add_error(f"{kind}_{'to' if end is None else 'from'}", _("Give both months, or leave both empty."))
        found.sort(key=lambda phase: phase.start)
        return {"phases": found}

    def _check_order(self, kind: PhaseKind, start: int, end: int) -> None:
        if end <= start:
            self.add_error(f"{kind}_to", _("A phase cannot end before it starts: check both months."))
