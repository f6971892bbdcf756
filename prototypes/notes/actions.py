"""Verbs on notes from the field: each is received once, and what meets something else becomes a second version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from prototypes.enums import RUN, NoteChoice, NoteOutcome, Settlement, TrialState
from prototypes.models import FieldNote, Trial
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
from prototypes.trials.log_values import FIGURES, logged, plain, says_the_same, version
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen

OPEN = (TrialState.PLANNED, TrialState.LOCKED, TrialState.HELD)
SETTLED = gettext_lazy("A choice between these two versions has already been made.")

CHOOSE = gettext_lazy(
    "This test already has a note. Add yours to the first note, or replace the first note and say why."
)
CANNOT_ADD = gettext_lazy(
    "These figures cannot be added up. Only the number of people and the number who succeeded can be."
    " Replace the first note instead."
)
HELD_FIELDS = ("participants", "successes", "held_on", "observation", "groups")


class EarlierNoteMissing(DomainError):
    """The note that this one follows has not arrived yet."""


class SentAnew(DomainError):
    """A draft that arrived before comes again under its key, and says something else."""


@dataclass(frozen=True, slots=True)
class Answers:
    """A draft's answers: what `hold_trial` takes, what `conclude_trial` takes, and whether the end is left open."""

    held: Mapping[str, Any]
    learnt: Mapping[str, Any] = field(default_factory=dict)
    later: bool = False

    @classmethod
    def of(cls, answers: Mapping[str, Any], *, later: bool) -> "Answers":
        """Split answers by field between the two actions; with `later` (concluded later) the result is left out."""
        held = {name: answers[name] for name in HELD_FIELDS if name in answers}
        learnt = {name: value for name, value in answers.items() if name not in HELD_FIELDS}
        if later:
            learnt = {name: value for name, value in learnt.items() if name not in ("result", "contradiction_reason")}
        return cls(held=held, learnt=learnt, later=later)

    def full(self) -> dict[str, Any]:
        """Return all answers by field."""
        return {**self.held, **self.learnt}

    def said(self) -> dict[str, Any]:
        """As they are kept."""
        return plain(self.full())


@dataclass(frozen=True, slots=True)
class NoteOrigin:
    """When a note was written on its phone, and the key of the note that the phone wrote before on the same test."""

    written_at: datetime | None = None
    follows: UUID | None = None


@dataclass(frozen=True, slots=True)
class SecondNoteChoice:
    """What a second note does to the first: a `NoteChoice`, and the reason of a replacement. Empty for a first note."""

    kind: str = ""
    reason: str = ""

    def check(self) -> None:
        """Raise DomainError for a replacement without a reason."""
        if self.kind == NoteChoice.REPLACE and not self.reason.strip():
            raise DomainError(_("Say why the first note is replaced."), field="replace_reason")


NO_CHOICE = SecondNoteChoice()
UNKNOWN_ORIGIN = NoteOrigin()


@action(gettext_lazy("Note from the field received"))
def receive_note(
    *,
    key: UUID,
    trial: Trial,
    answers: Answers,
    seen: str,
    by: User,
    at: datetime,
    choice: SecondNoteChoice = NO_CHOICE,
    origin: NoteOrigin = UNKNOWN_ORIGIN,
) -> FieldNote:
    """Record a draft in its test, or as a second version when its writer did not see the current test.

    `seen` is the version of the test that the writer saw. The test's row is locked first, so that requests with one key
    give one note. A note that follows another of its phone waits for it, so the order of arrival does not matter.
    Raises SentAnew for a key whose draft was changed after it had arrived, EarlierNoteMissing before the note that it
    follows has arrived, and DomainError for a second note that does not say what it does to the first.
    """
    row = Trial.objects.select_for_update(of=["self"]).select_related("prototype__idea__cohort").get(pk=trial.pk)
    if note := FieldNote.objects.filter(key=key).first():
        return _sent_again(note, row, answers.said(), choice, by)
    choice.check()
    earlier = _earlier(row, origin)
    seen_now = seen == version(row) or bool(earlier and earlier.version_after == version(row))
    outcome = NoteOutcome.TAKEN
    if not choice.kind and row.state in RUN and says_the_same(answers.said(), row):
        pass  # nothing new
    elif seen_now and (row.state in OPEN or (row.state == TrialState.CONCLUDED and choice.kind)):
        _record_note(row, answers, choice, by=by, at=at)
    else:
        outcome = NoteOutcome.BESIDE
    row.refresh_from_db()
    return FieldNote.objects.create(
        key=key,
        trial=row,
        by=by,
        said=answers.said(),
        outcome=outcome,
        received_at=at,
        written_at=origin.written_at,
        follows=origin.follows,
        choice=choice.kind,
        replace_reason=choice.reason,
        version_after=version(row) if outcome == NoteOutcome.TAKEN else "",
    )


def _sent_again(
    note: FieldNote, trial: Trial, payload: Mapping[str, Any], choice: SecondNoteChoice, by: User
) -> FieldNote:
    recorded = (note.by_id, note.trial_id, note.said, note.choice, note.replace_reason)
    if recorded != (by.pk, trial.pk, payload, choice.kind, choice.reason):
        raise SentAnew(
            _("This draft was already received, with different content. Check the test before you send it again.")
        )
    return note


def _earlier(trial: Trial, origin: NoteOrigin) -> FieldNote | None:
    """Return the note that this one follows; raises EarlierNoteMissing while it has not arrived."""
    if origin.follows is None:
        return None
    note = trial.notes.filter(key=origin.follows).first()
    if note is None:
        raise EarlierNoteMissing(_("Your earlier note has not arrived yet. Send the earlier note first."))
    return note


@action(gettext_lazy("Second note recorded"))
def log_again(
    *, trial: Trial, answers: Answers, choice: SecondNoteChoice, seen: str, by: User, at: datetime
) -> FieldNote:
    """Record a second note from the form of the platform: added to the first, or in its place.

    `seen` is the fingerprint of what was recorded when the form was read: raises `Changed` when someone else has
    recorded something since. The same form sent again gives the same note.
    """
    row = Trial.objects.select_for_update(of=["self"]).select_related("prototype__idea__cohort").get(pk=trial.pk)
    key = uuid5(
        NAMESPACE_URL,
        f"{trial.get_absolute_url()} {by.pk} {seen} {choice.kind} {choice.reason} {dumps(answers.said())}",
    )
    if note := FieldNote.objects.filter(key=key).first():
        return note
    recorded = logged(row)
    check_seen(seen, stands=recorded, sent={})
    return receive_note(key=key, trial=row, answers=answers, seen=version(row), choice=choice, by=by, at=at)


@action(gettext_lazy("Second version saved"))
def note_beside(*, trial: Trial, answers: Answers, by: User, at: datetime) -> FieldNote | None:
    """Keep what somebody typed about a test that is closed by now as a second version; none where it says the same.

    Sent again it is the same note.
    """
    stands = Trial.objects.select_for_update(of=["self"]).get(pk=trial.pk)
    if says_the_same(answers.said(), stands):
        return None
    key = uuid5(NAMESPACE_URL, f"{trial.get_absolute_url()} {by.pk} {dumps(answers.said())}")
    told = {"trial": stands, "by": by, "said": answers.said(), "outcome": NoteOutcome.BESIDE, "received_at": at}
    return FieldNote.objects.get_or_create(key=key, defaults=told)[0]


def _record_note(trial: Trial, answers: Answers, choice: SecondNoteChoice, *, by: User, at: datetime) -> None:
    """Record a note: the first of its test, one that completes it, or one that says what it does to the first."""
    if not has_note(trial) or (not choice.kind and completes(answers.said(), trial)):
        _log(trial, answers, by=by, at=at)
    elif choice.kind == NoteChoice.ADD:
        if not can_add(trial) or answers.held.get("successes") is None:
            raise DomainError(CANNOT_ADD, field="choice")
        both = answers_if_added(trial, answers.full(), by=by)
        _overwrite(trial, both, later=answers.later, reason=_("A second note was added to the first."), by=by, at=at)
    elif choice.kind == NoteChoice.REPLACE:
        instead = answers_if_replaced(trial, answers.full())
        _overwrite(trial, instead, later=answers.later, reason=choice.reason, by=by, at=at)
    else:
        raise DomainError(CHOOSE, field="choice")


def _overwrite(trial: Trial, answers: Mapping[str, Any], *, later: bool, reason: str, by: User, at: datetime) -> None:
    """Overwrite the answers of a test: directly when it is held, by a correction when it is concluded."""
    if trial.state != TrialState.CONCLUDED:
        _log(trial, Answers.of(answers, later=later), by=by, at=at)
        return
    figures = {name: answers[name] for name in (*FIGURES, "groups") if name in answers}
    correct_trial(trial=trial, reason=reason, by=by, at=at, **figures)
    words = {name: answers[name] for name in trial.learnt() if name in answers}
    complete_trial(trial=trial, by=by, **words)


def _log(trial: Trial, answers: Answers, *, by: User, at: datetime) -> None:
    if answers.later:
        hold_trial(trial=trial, by=by, at=at, **answers.held, learnt=answers.learnt)
        return
    hold_trial(trial=trial, by=by, at=at, **answers.held)
    conclude_trial(trial=trial, by=by, at=at, **answers.learnt)


@action(gettext_lazy("Choice made between two versions"))
def settle_note(
    *,
    note: FieldNote,
    settlement: str,
    by: User,
    at: datetime,
    answers: Answers | None = None,
    reason: str = "",
    seen: str | None = None,
    **texts: str,
) -> FieldNote:
    """Choose the figures of a test that has two versions, and its texts (observation, learning, decision, strength).

    The figures on record stay, those of the second version replace them, or both are added up; both versions stay
    readable. `answers` are those of the second version. For a concluded test another figure is a correction, which
    needs a `reason`. Raises `Changed` when someone else changed the texts since, DomainError when a choice was
    made already.
    """
    trial = Trial.objects.select_for_update(of=["self"]).select_related("prototype__idea__cohort").get(pk=note.trial_id)
    row = FieldNote.objects.select_for_update(of=["self"]).select_related("by").get(pk=note.pk)
    if not row.waits:
        raise DomainError(SETTLED)
    check_seen(seen, stands=trial.learnt(), sent=texts)
    if settlement != Settlement.STANDS:
        _settle(trial, row, settlement, answers, reason=reason, by=by, at=at)
    complete_trial(trial=trial, by=by, **texts)
    row.settlement, row.settled_at, row.settled_by = settlement, at, by
    row.save(update_fields=["settlement", "settled_at", "settled_by"])
    return row


def _settle(
    trial: Trial, note: FieldNote, settlement: str, answers: Answers | None, *, reason: str, by: User, at: datetime
) -> None:
    """Record the figures of a second version, alone or added to those on record."""
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
        if not can_add(trial) or answers.held.get("successes") is None:
            raise DomainError(CANNOT_ADD, field="settlement")
        both = answers_if_added(trial, answers.full(), by=note.by)
        chosen = with_result_by_criterion(trial, both) if both["result"] else both
    elif has_note(trial):
        chosen = answers_if_replaced(trial, answers.full())
    else:
        chosen = answers.full()
    _overwrite(trial, chosen, later=answers.later, reason=reason, by=by, at=at)
