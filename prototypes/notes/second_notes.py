"""A second note on a test: whether it needs a choice, and the answers if it is added or replaces the first."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from prototypes.enums import HELD_STATES, Result, TrialState
from prototypes.models import Trial
from prototypes.trials.log_values import groups, json_values, recorded_values
from web.text import formats
from web.text.language import active_language

COUNT_FIELDS = ("participants", "successes", "observed_value", "groups")
TEXT_FIELDS = ("observation", "learning")
CHOICE_FIELDS = ("decision", "strength")
CENT = Decimal("0.01")


def percentage(some: int, total: int) -> Decimal:
    """Return `some` of `total` people in percent, to two decimals: 66.67 for 2 of 3. `total` is not 0."""
    return (Decimal(100 * some) / total).quantize(CENT)


def has_note(trial: Trial) -> bool:
    """Return whether figures of the test are recorded: it is held or concluded, with a number of participants."""
    return trial.state in HELD_STATES and trial.participants is not None


def can_add(trial: Trial) -> bool:
    """Return whether another note's counts can be added: the test measures a share of people, and both of its counts
    are recorded.
    """
    return trial.counts_people and trial.participants is not None and trial.successes is not None


def completes(answers: Mapping[str, Any], trial: Trial) -> bool:
    """Return whether the answers only add what is missing from a test: it is held, not concluded, and no recorded count
    differs.

    `answers` are by field of the log form.
    """
    recorded, noted = json_values(recorded_values(trial)), json_values(answers)
    same = all(recorded[name] in (None, {}, noted.get(name)) for name in COUNT_FIELDS)
    return trial.state == TrialState.HELD and same


def answers_if_added(trial: Trial, answers: Mapping[str, Any], *, by: User) -> dict[str, Any]:
    """Return the answers by field that count the people of the recorded note and those of a second note, written by
    `by`.

    Only for a test whose counts can be added (`can_add`). The day stays that of the first note; texts of the second
    follow those of the first, with their author and day.
    """
    assert trial.participants is not None and trial.successes is not None  # noqa: S101, PT018 - `can_add`
    both = {
        "participants": trial.participants + answers["participants"],
        "successes": trial.successes + (answers.get("successes") or 0),
        "groups": dict(Counter(groups(trial)) + Counter(answers.get("groups") or {})),
        "held_on": trial.held_on,
    }
    texts = {name: _joined_text(getattr(trial, name), answers, name, by) for name in TEXT_FIELDS}
    return {**_remaining_answers(trial, answers), **both, **texts}


def answers_if_replaced(trial: Trial, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers by field of the second note, to use in place of the recorded ones.

    Texts, decision, strength and result that it leaves empty stay as recorded.
    """
    texts = {name: answers.get(name) or getattr(trial, name) for name in TEXT_FIELDS}
    counts = {name: answers.get(name) for name in (*COUNT_FIELDS, "held_on") if name in answers}
    return {**_remaining_answers(trial, answers), **counts, "groups": answers.get("groups") or {}, **texts}


def with_result_by_criterion(trial: Trial, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with the result that their counts give against the threshold of the test, "met" or "not_met".

    A result that is inconclusive in both versions stays so. A reason for a contradiction is removed.
    """
    if trial.result == answers.get("result") == Result.INCONCLUSIVE:
        return {**answers, "contradiction_reason": ""}
    met = trial.meets(percentage(answers["successes"], answers["participants"]))
    return {**answers, "result": Result.MET if met else Result.NOT_MET, "contradiction_reason": ""}


def _remaining_answers(trial: Trial, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return result, contradiction_reason, decision and strength of the second note, by field; where it leaves one
    empty, the test's.
    """
    result = {name: answers.get(name) or getattr(trial, name) for name in CHOICE_FIELDS}
    if not answers.get("result"):
        return result | {"result": trial.result, "contradiction_reason": trial.contradiction_reason}
    return result | {"result": answers["result"], "contradiction_reason": answers.get("contradiction_reason") or ""}


def _joined_text(first: str, answers: Mapping[str, Any], name: str, by: User) -> str:
    """Return the text of the field `name` in both notes, the second after its author (`by`) and day; the only text if
    one is empty.

    `first` is the recorded text, `answers` are those of the second note.
    """
    second = answers.get(name) or ""
    if not first or not second:
        return first or second
    day: date | None = answers.get("held_on")
    when = formats.short_day(day, active_language()) if day else ""
    author = _("%(who)s, %(day)s:") % {"who": by, "day": when} if when else f"{by}:"
    return f"{first}\n\n{author} {second}"
