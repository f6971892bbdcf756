"""Comparison of two versions of a test in words, for the page of the test."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from prototypes.enums import Result, Strength, TrialDecision, TrialState
from prototypes.models import Trial, TrialCorrection, TrialNote
from prototypes.trials.log_values import json_values, recorded_values
from prototypes.trials.meters import figure
from web.text import formats
from web.text.language import active_language

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
class AnswerComparison:
    """One answer in both versions."""

    label: StrOrPromise
    recorded: str
    noted: str

    @property
    def differs(self) -> bool:
        """Return whether the two versions give different answers, as people read them."""
        return self.recorded != self.noted


@dataclass(frozen=True, slots=True)
class SecondVersion:
    """A second version, compared line by line with the recorded one."""

    note: TrialNote
    lines: list[AnswerComparison]


def second_versions(trial: Trial, user: User) -> list[SecondVersion]:
    """Return the second versions of a test that the person may read, each compared with the recorded answers (two
    statements).

    Those for which no choice was made come first; [] for a test without one.
    """
    notes = list(trial.notes.visible_to(user).second_versions().select_related("by", "settled_by"))
    recorded = json_values(recorded_values(trial)) if notes else {}
    return [side_by_side(note, trial, recorded) for note in notes]


def side_by_side(note: TrialNote, trial: Trial, recorded: Mapping[str, Any]) -> SecondVersion:
    """Return a second version with its answers next to the recorded ones, without those that are empty in both.

    `recorded` holds the recorded answers by field, as JSON stores them. A share that follows from the counts is left
    out.
    """
    names = [name for name in LABELS if name != "observed_value" or not trial.counts_people]
    lines = [_line(name, recorded, note.answers, trial.unit) for name in names]
    return SecondVersion(note, [line for line in lines if line.recorded or line.noted])


@dataclass(frozen=True, slots=True)
class CorrectionWithLines:
    """A correction of a test with the changed figures; each line holds the old one as `recorded`, the new one as
    `noted`.
    """

    row: TrialCorrection
    lines: list[AnswerComparison]


def trial_corrections_with_lines(trial: Trial, user: User) -> list[CorrectionWithLines]:
    """Return the corrections of a concluded test that the person may read, each with the figures it changed, the latest
    first.

    One statement; [] for tests that are not concluded.
    """
    if trial.state != TrialState.CONCLUDED:
        return []
    rows = trial.corrections.visible_to(user).select_related("by").order_by("-pk")
    return [CorrectionWithLines(row, changed_lines(row.before, row.after, trial.unit)) for row in rows]


def changed_lines(before: Mapping[str, Any], after: Mapping[str, Any], unit: str) -> list[AnswerComparison]:
    """Return the answers that differ between two versions of a test, as people read them, in the order of the form.

    `before` and `after` hold answers by field, as JSON stores them; `unit` is that of the observed value.
    """
    lines = [_line(name, before, after, unit) for name in LABELS]
    return [line for line in lines if line.differs]


def _line(name: str, before: Mapping[str, Any], after: Mapping[str, Any], unit: str) -> AnswerComparison:
    """Return the label of the answer `name` and its text in both versions; `unit` is that of the observed value."""
    return AnswerComparison(LABELS[name], display_answer(name, before, unit), display_answer(name, after, unit))


def display_answer(name: str, answers: Mapping[str, Any], unit: str) -> str:
    """Return the answer `name` as people read it: label of a choice, date in the reader's language, observed value with
    its unit.

    `answers` are by field, as JSON stores them. "" where the answer is empty.
    """
    value = answers.get(name)
    if value in (None, "", {}):
        return ""
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name == "held_on":
        return formats.short_day(date.fromisoformat(value), active_language())
    if name == "observed_value":
        return figure(Decimal(value), unit)
    if name == "groups":
        return ", ".join(_("%(who)s (%(count)s)") % {"who": who, "count": count} for who, count in value.items())
    return f"{value}"
