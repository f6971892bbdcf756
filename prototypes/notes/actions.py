"""Actions on notes on tests: each is received once, and a note on an outdated test becomes a second version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from prototypes.enums import HELD_STATES, NoteChoice, NoteOutcome, Settlement, TrialState
from prototypes.models import Trial, TrialNote
from prototypes.notes.second_notes import (
    answers_if_added,
    answers_if_replaced,
    can_add,
    completes,
    has_note,
    with_result_by_criterion,
)
from prototypes.trial_corrections.actions import correct_trial
from prototypes.trials.actions import complete_trial, conclude_trial, hold_trial
from prototypes.trials.log_values import FIGURES, equals_recorded, json_values, log_form_values, log_version
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version

OPEN = (TrialState.PLANNED, TrialState.LOCKED, TrialState.HELD)
ALREADY_SETTLED = gettext_lazy("A choice between these two versions has already been made.")

CHOICE_NEEDED = gettext_lazy(
    "This test already has a note. Add yours to the first note, or replace the first note and say why."
)
CANNOT_ADD = gettext_lazy(
    "These figures cannot be added up. Only the number of people and the number who succeeded can be."
    " Replace the first note instead."
)
RUN_FIELDS = ("participants", "successes", "held_on", "observation", "groups")


class EarlierNoteMissing(DomainError):
    """The note that this one follows has not arrived yet."""


class DraftChanged(DomainError):
    """A draft with a known key arrived again with other content."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a draft: arguments of `hold_trial`, arguments of `conclude_trial`, and whether it concludes
    `later`.
    """

    run: Mapping[str, Any]
    conclusion: Mapping[str, Any] = field(default_factory=dict)
    later: bool = False

    @classmethod
    def of(cls, answers: Mapping[str, Any], *, later: bool) -> "Answers":
        """Split the answers of a form, by field, into those of the run (counts, day, observation) and those of the
        conclusion.

        With `later` the conclusion stays open: result and reason for a contradiction are left out.
        """
        run = {name: answers[name] for name in RUN_FIELDS if name in answers}
        conclusion = {name: value for name, value in answers.items() if name not in RUN_FIELDS}
        if later:
            conclusion = {
                name: value for name, value in conclusion.items() if name not in ("result", "contradiction_reason")
            }
        return cls(run=run, conclusion=conclusion, later=later)

    def full(self) -> dict[str, Any]:
        """Return all answers of the note by field of the log form, those of the run first."""
        return {**self.run, **self.conclusion}

    def as_json(self) -> dict[str, Any]:
        """Return all answers of the note by field of the log form, as JSON stores them: decimals and dates as text."""
        return json_values(self.full())


@dataclass(frozen=True, slots=True)
class NoteOrigin:
    """When a note was written on its phone, and the key of the previous note of this phone on the same test."""

    written_at: datetime | None = None
    follows: UUID | None = None


@dataclass(frozen=True, slots=True)
class SecondNoteChoice:
    """What a second note does to the first: a `NoteChoice`, and the reason of a replacement. Empty for a first note."""

    kind: str = ""
    reason: str = ""

    def check(self) -> None:
        """Raise DomainError when the first note is to be replaced and no reason is given."""
        if self.kind == NoteChoice.REPLACE and not self.reason.strip():
            raise DomainError(_("Say why the first note is replaced."), field="replace_reason")


NO_CHOICE = SecondNoteChoice()
UNKNOWN_ORIGIN = NoteOrigin()


@action(gettext_lazy("Note on a test received"))
def receive_trial_note(
    *,
    key: UUID,
    trial: Trial,
    answers: Answers,
    version_token: str,
    by: User,
    at: datetime,
    choice: SecondNoteChoice = NO_CHOICE,
    origin: NoteOrigin = UNKNOWN_ORIGIN,
) -> TrialNote:
    """Record a note from a phone in its test, or save it as a second version when its writer did not see the current
    test.

    `key` names the draft; the same draft sent again returns the first note. `version_token` is the version of the test
    that the writer saw, `choice` what the note does to an earlier one. Raises DraftChanged for a known key with other
    content, EarlierNoteMissing before the note it follows (see `origin`), DomainError for a second note without a
    choice.
    """
    row = Trial.objects.select_for_update(of=["self"]).select_related("prototype__idea__cohort").get(pk=trial.pk)
    if note := TrialNote.objects.filter(key=key).first():
        return _sent_again(note, row, answers.as_json(), choice, by)
    choice.check()
    earlier = _earlier(row, origin)
    saw_current_version = version_token == log_version(row) or bool(
        earlier and earlier.version_after == log_version(row)
    )
    outcome = NoteOutcome.TAKEN
    if not choice.kind and row.state in HELD_STATES and equals_recorded(answers.as_json(), row):
        pass  # the note repeats what is recorded
    elif saw_current_version and (row.state in OPEN or (row.state == TrialState.CONCLUDED and choice.kind)):
        _record_note(row, answers, choice, by=by, at=at)
    else:
        outcome = NoteOutcome.SECOND_VERSION
    row.refresh_from_db()
    return TrialNote.objects.create(
        key=key,
        trial=row,
        by=by,
        answers=answers.as_json(),
        outcome=outcome,
        received_at=at,
        written_at=origin.written_at,
        follows=origin.follows,
        choice=choice.kind,
        replace_reason=choice.reason,
        version_after=log_version(row) if outcome == NoteOutcome.TAKEN else "",
    )


def _sent_again(
    note: TrialNote, trial: Trial, payload: Mapping[str, Any], choice: SecondNoteChoice, by: User
) -> TrialNote:
    """Return the stored note when the draft with its key arrives again from the same person for the same test.

    `payload` holds the answers as they are stored. Raises DraftChanged when its content differs.
    """
    recorded = (note.by_id, note.trial_id, note.answers, note.choice, note.replace_reason)
    if recorded != (by.pk, trial.pk, payload, choice.kind, choice.reason):
        raise DraftChanged(
            _("This draft was already received, with different content. Check the test before you send it again.")
        )
    return note


def _earlier(trial: Trial, origin: NoteOrigin) -> TrialNote | None:
    """Return the note on the test that the phone sent before this one, as `origin` says; None if this note follows
    none.

    Raises EarlierNoteMissing while that note has not arrived.
    """
    if origin.follows is None:
        return None
    note = trial.notes.filter(key=origin.follows).first()
    if note is None:
        raise EarlierNoteMissing(_("Your earlier note has not arrived yet. Send the earlier note first."))
    return note


@action(gettext_lazy("Second note recorded"))
def log_second_note(
    *, trial: Trial, answers: Answers, choice: SecondNoteChoice, version_token: str, by: User, at: datetime
) -> TrialNote:
    """Record a second note from the platform's form, added to the first note of the test or in its place, and return
    it.

    The same form sent again returns the first one. Raises EditConflict when someone else recorded something since the
    form was opened (`version_token` is the hash of the values then), DomainError when the choice is not possible.
    """
    row = Trial.objects.select_for_update(of=["self"]).select_related("prototype__idea__cohort").get(pk=trial.pk)
    key = uuid5(
        NAMESPACE_URL,
        f"{trial.get_absolute_url()} {by.pk} {version_token} {choice.kind} {choice.reason} {dumps(answers.as_json())}",
    )
    if note := TrialNote.objects.filter(key=key).first():
        return note
    recorded = log_form_values(row)
    check_version(version_token, current=recorded, submitted={})
    return receive_trial_note(
        key=key, trial=row, answers=answers, version_token=log_version(row), choice=choice, by=by, at=at
    )


@action(gettext_lazy("Second version saved"))
def save_second_version(*, trial: Trial, answers: Answers, by: User, at: datetime) -> TrialNote | None:
    """Save a note on a test that is already closed as a second version, and return it; None when it says the same as
    the test.

    The same note sent again returns the first one. Someone chooses later which of the two versions counts.
    """
    current = Trial.objects.select_for_update(of=["self"]).get(pk=trial.pk)
    if equals_recorded(answers.as_json(), current):
        return None
    key = uuid5(NAMESPACE_URL, f"{trial.get_absolute_url()} {by.pk} {dumps(answers.as_json())}")
    defaults = {
        "trial": current,
        "by": by,
        "answers": answers.as_json(),
        "outcome": NoteOutcome.SECOND_VERSION,
        "received_at": at,
    }
    return TrialNote.objects.get_or_create(key=key, defaults=defaults)[0]


def _record_note(trial: Trial, answers: Answers, choice: SecondNoteChoice, *, by: User, at: datetime) -> None:
    """Record the answers in the test: as its first note, as missing parts of it, or added to or in place of the first.

    `choice` says which, empty for the first two. Raises DomainError for a second note with other counts and no choice,
    and for counts that cannot be added.
    """
    if not has_note(trial) or (not choice.kind and completes(answers.as_json(), trial)):
        _log(trial, answers, by=by, at=at)
    elif choice.kind == NoteChoice.ADD:
        if not can_add(trial) or answers.run.get("successes") is None:
            raise DomainError(CANNOT_ADD, field="choice")
        both = answers_if_added(trial, answers.full(), by=by)
        _overwrite(trial, both, later=answers.later, reason=_("A second note was added to the first."), by=by, at=at)
    elif choice.kind == NoteChoice.REPLACE:
        replacement = answers_if_replaced(trial, answers.full())
        _overwrite(trial, replacement, later=answers.later, reason=choice.reason, by=by, at=at)
    else:
        raise DomainError(CHOICE_NEEDED, field="choice")


def _overwrite(trial: Trial, answers: Mapping[str, Any], *, later: bool, reason: str, by: User, at: datetime) -> None:
    """Overwrite the recorded answers of a test: directly while it is not concluded, else by a correction with the
    reason.

    `answers` are by field of the log form; `later` leaves the conclusion open.
    """
    if trial.state != TrialState.CONCLUDED:
        _log(trial, Answers.of(answers, later=later), by=by, at=at)
        return
    figures = {name: answers[name] for name in (*FIGURES, "groups") if name in answers}
    correct_trial(trial=trial, reason=reason, by=by, at=at, **figures)
    words = {name: answers[name] for name in trial.learning_values() if name in answers}
    complete_trial(trial=trial, by=by, **words)


def _log(trial: Trial, answers: Answers, *, by: User, at: datetime) -> None:
    """Record that the test was held with these answers and, unless they leave it for later, its conclusion."""
    if answers.later:
        hold_trial(trial=trial, by=by, at=at, **answers.run, conclusion=answers.conclusion)
        return
    hold_trial(trial=trial, by=by, at=at, **answers.run)
    conclude_trial(trial=trial, by=by, at=at, **answers.conclusion)


@action(gettext_lazy("Choice made between two versions"))
def settle_note(
    *,
    note: TrialNote,
    settlement: str,
    by: User,
    at: datetime,
    answers: Answers | None = None,
    reason: str = "",
    version_token: str | None = None,
    **texts: str,
) -> TrialNote:
    """Choose the figures of a test that has a second version (`note`), save its texts, and return the note.

    `settlement` "recorded" keeps the figures, "noted" takes those of the second version (`answers`), "added" adds both
    up. `texts` are observation, learning, decision and strength. New figures of a concluded test need a `reason`.
    Raises EditConflict when someone else changed the texts (`version_token`), DomainError when a choice was already
    made.
    """
    trial = Trial.objects.select_for_update(of=["self"]).select_related("prototype__idea__cohort").get(pk=note.trial_id)
    row = TrialNote.objects.select_for_update(of=["self"]).select_related("by").get(pk=note.pk)
    if not row.is_waiting:
        raise DomainError(ALREADY_SETTLED)
    check_version(version_token, current=trial.learning_values(), submitted=texts)
    if settlement != Settlement.RECORDED:
        _settle(trial, row, settlement, answers, reason=reason, by=by, at=at)
    complete_trial(trial=trial, by=by, **texts)
    row.settlement, row.settled_at, row.settled_by = settlement, at, by
    row.save(update_fields=["settlement", "settled_at", "settled_by"])
    return row


def _settle(
    trial: Trial, note: TrialNote, settlement: str, answers: Answers | None, *, reason: str, by: User, at: datetime
) -> None:
    """Record the figures of the second version in the test: alone for the settlement "noted", added to the recorded
    ones for "added".

    Raises DomainError when the test is cancelled, when the figures are not allowed (`answers` is None) or cannot be
    added, and for a concluded test without a reason.
    """
    if answers is None:
        raise DomainError(
            _("These figures do not meet a rule for tests. Keep the recorded figures."), field="settlement"
        )
    if trial.state not in (*OPEN, TrialState.CONCLUDED):
        raise DomainError(
            _("The test is cancelled. Its figures can no longer be changed, but its texts can."), field="settlement"
        )
    if trial.state == TrialState.CONCLUDED and not reason.strip():
        raise DomainError(_("The conclusion of this test is recorded. Say why its figures change."), field="reason")
    if settlement == Settlement.ADDED:
        if not can_add(trial) or answers.run.get("successes") is None:
            raise DomainError(CANNOT_ADD, field="settlement")
        both = answers_if_added(trial, answers.full(), by=note.by)
        chosen = with_result_by_criterion(trial, both) if both["result"] else both
    elif has_note(trial):
        chosen = answers_if_replaced(trial, answers.full())
    else:
        chosen = answers.full()
    _overwrite(trial, chosen, later=answers.later, reason=reason, by=by, at=at)
