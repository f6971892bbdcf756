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
from files.actions import Brought, bring_files
from files.models import Attachment
from files.registries import Owner
from prototypes.actions.trials import complete_trial, conclude_trial, hold_trial
from prototypes.enums import RUN, NoteOutcome, Settlement, TrialState
from prototypes.field import plain, says_the_same, version
from prototypes.models import FieldNote, Trial
from web.errors import DomainError
from web.seen import check_seen
from web.verbs import verb

OPEN = (TrialState.PLANNED, TrialState.LOCKED, TrialState.HELD)
SETTLED = gettext_lazy("This second version is settled already.")


class SentAnew(DomainError):
    """A draft that arrived before comes again under its key, and says something else."""


@dataclass(frozen=True, slots=True)
class Answers:
    """A draft's answers: what `hold_trial` takes, what `conclude_trial` takes, and whether the end is left open."""

    held: Mapping[str, Any]
    learnt: Mapping[str, Any] = field(default_factory=dict)
    later: bool = False

    def said(self) -> dict[str, Any]:
        """As they are kept."""
        return plain({**self.held, **self.learnt})


@verb
def receive_note(*, key: UUID, trial: Trial, answers: Answers, seen: str, by: User, at: datetime) -> FieldNote:
    """Take a draft into its test, or keep it beside what somebody else noted meanwhile (`seen` is what its writer saw).

    The test's row is locked first: however often and however many at once send one key, one note comes of it, and all
    get that one. Raises SentAnew for a key whose draft was changed after it had arrived.
    """
    stands = Trial.objects.select_for_update(of=["self"]).select_related("prototype__idea__cohort").get(pk=trial.pk)
    if note := FieldNote.objects.filter(key=key).first():
        return _the_same(note, trial=stands, said=answers.said(), by=by)
    outcome = NoteOutcome.TAKEN
    if says_the_same(answers.said(), stands) and stands.state in RUN:
        pass  # nothing new
    elif stands.state in OPEN and seen == version(stands):
        _log(stands, answers, by=by, at=at)
    else:
        outcome = NoteOutcome.BESIDE
    return FieldNote.objects.create(key=key, trial=stands, by=by, said=answers.said(), outcome=outcome, received_at=at)


def _the_same(note: FieldNote, *, trial: Trial, said: Mapping[str, Any], by: User) -> FieldNote:
    if note.by_id != by.pk or note.trial_id != trial.pk or note.said != said:
        raise SentAnew(_("This draft arrived already, and said something else."))
    return note


@verb
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


def _log(trial: Trial, answers: Answers, *, by: User, at: datetime) -> None:
    if answers.later:
        hold_trial(trial=trial, by=by, at=at, **answers.held, learnt=answers.learnt)
        return
    hold_trial(trial=trial, by=by, at=at, **answers.held)
    conclude_trial(trial=trial, by=by, at=at, **answers.learnt)


@verb
def add_picture(
    *, note: FieldNote, owner: Owner, picture: Brought, by: User, at: datetime, **consent: Any
) -> Attachment:
    """Keep a picture of a note with its test; sent again under its key, it is the same one.

    The note's row is locked first, so that several at once make one. Raises DomainError, a full disk among them.
    """
    FieldNote.objects.select_for_update(of=["self"]).get(pk=note.pk)
    [kept] = bring_files(owner=owner, files=[picture], by=by, at=at, **consent)
    return kept


@verb
def settle_note(
    *,
    note: FieldNote,
    settlement: str,
    by: User,
    at: datetime,
    answers: Answers | None = None,
    seen: str | None = None,
    **texts: str,
) -> FieldNote:
    """Say which of two versions holds, and what the test says in words from now on (observation, learning, decision,
    strength). Both stay readable.

    `answers` are the second version's figures, where they are to hold: possible while the test is not concluded. Raises
    `web.seen.Changed` when somebody else changed the words meanwhile, DomainError when it is settled already.
    """
    trial = Trial.objects.select_for_update(of=["self"]).select_related("prototype__idea__cohort").get(pk=note.trial_id)
    row = FieldNote.objects.select_for_update().get(pk=note.pk)
    if not row.waits:
        raise DomainError(SETTLED)
    check_seen(seen, stands=trial.learnt(), sent=texts)
    if settlement == Settlement.NOTED:
        if answers is None or trial.state not in OPEN:
            raise DomainError(
                _("The test is closed: its figures stay. Its words can still change."), field="settlement"
            )
        _log(trial, answers, by=by, at=at)
    complete_trial(trial=trial, by=by, **texts)
    row.settlement, row.settled_at, row.settled_by = settlement, at, by
    row.save(update_fields=["settlement", "settled_at", "settled_by"])
    return row
