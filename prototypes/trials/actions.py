"""Verbs on tests: what is expected is written and locked first, what was observed comes after."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from prototypes.enums import IdeaState, PrototypeState, TrialState
from prototypes.ideas.actions.story import advance, ensure_alive, sent_before
from prototypes.models import ParticipantGroup, Prototype, Trial
from prototypes.notes.second_notes import percentage
from prototypes.prototypes.actions import into_test
from prototypes.row_changes import change, locked
from prototypes.trials.log_values import lines, logged
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen

READ_AGAIN = gettext_lazy("Someone else has changed this test since you opened it. Read it again before you lock it.")


@action(gettext_lazy("Test planned"))
def plan_trial(*, prototype: Prototype, by: User, entry: UUID | None = None, **fields: Any) -> Trial:
    """Write a test down: hypothesis, method, measure, comparator, threshold, unit, day, session.

    Raises DomainError for an idea or a prototype that has served, and when a form sent before was changed meanwhile.
    """
    Prototype.objects.select_for_update().get(pk=prototype.pk)
    if made := sent_before(Trial.objects.visible_to(by), entry, prototype=prototype, **fields):
        return made
    _ensure_testable(prototype)
    latest = prototype.trials.order_by("number").last()
    number = latest.number + 1 if latest else 1
    return Trial.objects.create(prototype=prototype, number=number, planned_by=by, entry=entry or uuid4(), **fields)


def _ensure_testable(prototype: Prototype) -> None:
    ensure_alive(prototype.idea)
    if prototype.state == PrototypeState.RETIRED:
        raise DomainError(_("This prototype is retired. Test the prototype that replaces it."))


@action(gettext_lazy("Test changed"))
def change_trial(*, trial: Trial, by: User, seen: str | None = None, **fields: Any) -> Trial:
    """Change what is planned; once locked, only the method, the day and the session can still change.

    `seen` as in `changing.change`.
    """
    return change(trial, fields, said=Trial.expected, seen=seen)


@action(gettext_lazy("Test locked"))
def lock_trial(*, trial: Trial, by: User, at: datetime, moved_because: str = "", seen: str | None = None) -> Trial:
    """Freeze hypothesis, measure, criterion and threshold. The prototype is in test, and so is its idea.

    Where the idea's test locked before on the same measure had another bar, `moved_because` says why it moved.
    `seen` is the `fingerprint` of what was read: raises Changed when someone else has changed it since.
    """
    check_seen(seen, stands=locked(trial).expected(), sent={}, message=READ_AGAIN)
    _ensure_testable(trial.prototype)
    idea = trial.prototype.idea
    trial.state, trial.locked_at, trial.locked_on = TrialState.LOCKED, at, local_day(idea.cohort, at)
    trial.moved_because = moved_because
    trial.save(update_fields=["state", "locked_at", "locked_on", "moved_because"])
    into_test(trial.prototype)
    advance(idea=idea, to=IdeaState.TESTING, on=trial.locked_on, at=at, by=by)
    return trial


@action(gettext_lazy("Test held"))
def hold_trial(
    *,
    trial: Trial,
    participants: int,
    by: User,
    at: datetime,
    held_on: date | None = None,
    successes: int | None = None,
    observation: str = "",
    groups: Mapping[str, int] | None = None,
    learnt: Mapping[str, Any] | None = None,
    seen: str | None = None,
) -> Trial:
    """Record that a locked test was run: on which day, with how many people (`groups` counts them by segment).

    A day before the locking is taken, and the test then says that it was locked afterwards. `learnt` is what can be
    said already though the conclusion is left open. `seen` is the `fingerprint` of what was noted when the form was
    read: raises Changed when someone else has noted something since.
    """
    stands = logged(locked(trial))
    told = {"participants": participants, "successes": successes, "observation": observation, "held_on": held_on}
    check_seen(seen, stands=stands, sent=stands | told | {"groups": lines(groups or {})} | dict(learnt or {}))
    if trial.state == TrialState.PLANNED:
        raise DomainError(_("Lock the test first. A value observed before locking is not evidence."))
    today = local_day(trial.prototype.idea.cohort, at)
    trial.held_on = held_on or today
    if trial.held_on > today:
        raise DomainError(_("This date is in the future. Record the test once it has been run."), field="held_on")
    trial.state, trial.participants, trial.successes = TrialState.HELD, participants, successes
    trial.observation = observation
    for name, value in (learnt or {}).items():
        setattr(trial, name, value)
    trial.save(update_fields=["state", "held_on", "participants", "successes", "observation", *(learnt or {})])
    trial.groups.all().delete()
    for segment, count in (groups or {}).items():
        ParticipantGroup.objects.create(trial=trial, segment=segment, count=count)
    return trial


@action(gettext_lazy("Conclusion of the test recorded"))
def conclude_trial(
    *,
    trial: Trial,
    result: str,
    by: User,
    at: datetime,
    observed_value: Decimal | None = None,
    contradiction_reason: str = "",
    **learnt: Any,
) -> Trial:
    """Say whether the criterion was met, and what was learnt (learning, decision, strength).

    A result against the threshold needs `contradiction_reason`. For a share of people the value comes from the counts.
    """
    trial.observed_value = share(trial) if trial.counts_people else observed_value
    trial.state, trial.result = TrialState.CONCLUDED, result
    trial.contradiction_reason = contradiction_reason
    trial.concluded_on = local_day(trial.prototype.idea.cohort, at)
    for name, value in learnt.items():
        setattr(trial, name, value)
    trial.save()
    return trial


def share(trial: Trial) -> Decimal | None:
    """The percentage of the participants who succeeded, to two decimals; None when nobody counted them."""
    if trial.successes is None or not trial.participants:
        return None
    return percentage(trial.successes, trial.participants)


@action(gettext_lazy("Test logged"))
def log_trial(
    *,
    trial: Trial,
    by: User,
    at: datetime,
    held: Mapping[str, Any],
    learnt: Mapping[str, Any],
    seen: str | None = None,
) -> Trial:
    """Hold and conclude in one go, for notes in the field. The test must be locked already.

    `seen` as in `hold_trial`.
    """
    hold_trial(trial=trial, by=by, at=at, seen=seen, **held)
    return conclude_trial(trial=trial, by=by, at=at, **learnt)


@action(gettext_lazy("Test completed"))
def complete_trial(*, trial: Trial, by: User, seen: str | None = None, **learnt: Any) -> Trial:
    """Say more about a concluded test: observation, learning, decision, strength, session. The figures stay.

    `seen` as in `changing.change`.
    """
    return change(trial, learnt, said=Trial.learnt, seen=seen)


@action(gettext_lazy("Test cancelled"))
def cancel_trial(*, trial: Trial, reason: str, by: User) -> Trial:
    """It will not be run, and why."""
    trial.state, trial.reason = TrialState.CANCELLED, reason
    trial.save(update_fields=["state", "reason"])
    return trial
