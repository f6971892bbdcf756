"""Two versions of a test's log side by side, in words, for the test's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from prototypes.enums import Result, Strength, TrialDecision, TrialState
from prototypes.models import FieldNote, Trial, TrialCorrection
from prototypes.trials.log_values import plain, standing
from prototypes.trials.meters import figure
from web.text import formats

LABELS: dict[str, StrOrPromise] = {
    "held_on": gettext_lazy("Held on"),
    "participants": gettext_lazy("People"),
    "groups": gettext_lazy("Who took part"),
    "successes": gettext_lazy("Succeeded"),
    "observed_value": gettext_lazy("Observed"),
    "result": gettext_lazy("Is the criterion met?"),
    "contradiction_reason": gettext_lazy("Why the result differs from the threshold"),
    "observation": gettext_lazy("Observation"),
    "learning": gettext_lazy("What we learnt"),
    "decision": gettext_lazy("Decision"),
    "strength": gettext_lazy("Strength of evidence"),
}
CHOICES = {"result": Result, "decision": TrialDecision, "strength": Strength}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer in both versions."""

    label: StrOrPromise
    stands: str
    noted: str

    @property
    def differs(self) -> bool:
        return self.stands != self.noted


@dataclass(frozen=True, slots=True)
class Version:
    """A second version, and its lines beside what is on record."""

    note: FieldNote
    lines: list[Line]


def beside(trial: Trial, user: User) -> list[Version]:
    """The second versions of a test that the person may read, in two statements; those that wait come first."""
    notes = list(trial.notes.visible_to(user).beside().select_related("by", "settled_by"))
    recorded = plain(standing(trial)) if notes else {}
    return [side_by_side(note, trial, recorded) for note in notes]


def side_by_side(note: FieldNote, trial: Trial, recorded: Mapping[str, Any]) -> Version:
    """Return a second version beside what is on record; a share of people, which their counts give, is left out."""
    names = [name for name in LABELS if name != "observed_value" or not trial.counts_people]
    lines = [_line(name, recorded, note.said, trial.unit) for name in names]
    return Version(note, [line for line in lines if line.stands or line.noted])


@dataclass(frozen=True, slots=True)
class CorrectionWithLines:
    """A correction of a test with the figures it changed: in a line the old one is `stands`, the new one `noted`."""

    row: TrialCorrection
    lines: list[Line]


def corrections_of(trial: Trial, user: User) -> list[CorrectionWithLines]:
    """Return the corrections of a concluded test that the person may read, the latest first, in one statement."""
    if trial.state != TrialState.CONCLUDED:
        return []
    rows = trial.corrections.visible_to(user).select_related("by").order_by("-pk")
    return [CorrectionWithLines(row, changed_lines(row.before, row.after, trial.unit)) for row in rows]


def changed_lines(before: Mapping[str, Any], after: Mapping[str, Any], unit: str) -> list[Line]:
    """Return the figures that differ, in words."""
    lines = [_line(name, before, after, unit) for name in LABELS]
    return [line for line in lines if line.differs]


def _line(name: str, before: Mapping[str, Any], after: Mapping[str, Any], unit: str) -> Line:
    return Line(LABELS[name], words(name, before, unit), words(name, after, unit))


def words(name: str, answers: Mapping[str, Any], unit: str) -> str:
    """Return an answer as people read it, an observed value with its unit; empty for none."""
    value = answers.get(name)
    if value in (None, "", {}):
        return ""
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name == "held_on":
        return formats.short_day(date.fromisoformat(value), (get_language() or "fr")[:2])
    if name == "observed_value":
        return figure(Decimal(value), unit)
    if name == "groups":
        return ", ".join(_("%(who)s (%(count)s)") % {"who": who, "count": count} for who, count in value.items())
    return f"{value}"
