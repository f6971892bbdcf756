"""A second note on a test: whether it needs a choice, and what adding it to the first or replacing the first gives."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from prototypes.enums import RUN, Result, TrialState
from prototypes.field import groups, plain, standing
from prototypes.models import Trial
from web import formats

COUNTS = ("participants", "successes", "observed_value", "groups")
WORDS = ("observation", "learning")
CHOICES = ("decision", "strength")
CENT = Decimal("0.01")


def percentage(some: int, among: int) -> Decimal:
    """Return the share of people in percent, to two decimals."""
    return (Decimal(100 * some) / among).quantize(CENT)


def has_note(trial: Trial) -> bool:
    """Return whether figures of the test are recorded already."""
    return trial.state in RUN and trial.participants is not None


def can_add(trial: Trial) -> bool:
    """Return whether counts can be added to those of the test: a share of people, both of whose counts are known."""
    return trial.counts_people and trial.participants is not None and trial.successes is not None


def completes(answers: Mapping[str, Any], trial: Trial) -> bool:
    """Return whether the answers leave every count of a held test as it is and add what it does not say yet."""
    recorded, noted = plain(standing(trial)), plain(answers)
    same = all(recorded[name] in (None, {}, noted.get(name)) for name in COUNTS)
    return trial.state == TrialState.HELD and same


def added(trial: Trial, answers: Mapping[str, Any], *, by: User) -> dict[str, Any]:
    """Return the answers of a test that counts the people of both notes; needs `can_add`.

    The day stays that of the first note. Texts of the second follow those of the first, with their author and day.
    """
    assert trial.participants is not None and trial.successes is not None  # noqa: S101, PT018 - `can_add`
    both = {
        "participants": trial.participants + answers["participants"],
        "successes": trial.successes + (answers.get("successes") or 0),
        "groups": dict(Counter(groups(trial)) + Counter(answers.get("groups") or {})),
        "held_on": trial.held_on,
    }
    texts = {name: _appended(getattr(trial, name), answers, name, by) for name in WORDS}
    return {**_recorded(trial, answers), **both, **texts}


def replaced(trial: Trial, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a test whose first note is replaced; texts that the second leaves empty stay."""
    texts = {name: answers.get(name) or getattr(trial, name) for name in WORDS}
    counts = {name: answers.get(name) for name in (*COUNTS, "held_on") if name in answers}
    return {**_recorded(trial, answers), **counts, "groups": answers.get("groups") or {}, **texts}


def by_criterion(trial: Trial, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with the result that their counts give against the threshold of the test."""
    if trial.result == answers.get("result") == Result.INCONCLUSIVE:
        return {**answers, "contradiction_reason": ""}
    met = trial.meets(percentage(answers["successes"], answers["participants"]))
    return {**answers, "result": Result.MET if met else Result.NOT_MET, "contradiction_reason": ""}


def _recorded(trial: Trial, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What stays of the first note where the second says nothing: the result with its reason, decision and strength."""
    result = {name: answers.get(name) or getattr(trial, name) for name in CHOICES}
    if not answers.get("result"):
        return result | {"result": trial.result, "contradiction_reason": trial.contradiction_reason}
    return result | {"result": answers["result"], "contradiction_reason": answers.get("contradiction_reason") or ""}


def _appended(first: str, answers: Mapping[str, Any], name: str, by: User) -> str:
    second = answers.get(name) or ""
    if not first or not second:
        return first or second
    day: date | None = answers.get("held_on")
    when = formats.short_day(day, (get_language() or "fr")[:2]) if day else ""
    author = _("%(who)s, %(day)s:") % {"who": by, "day": when} if when else f"{by}:"
    return f"{first}\n\n{author} {second}"
