"""Actions on tests: the expectation is written and locked first, the observation comes after."""

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
from prototypes.ideas.actions.story import advance, ensure_active, find_earlier_submission
from prototypes.models import ParticipantGroup, Prototype, Trial
from prototypes.notes.second_notes import percentage
from prototypes.prototypes.actions import move_into_test
from prototypes.row_changes import change, locked
from prototypes.trials.log_values import group_lines, log_form_values
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version

READ_AGAIN = gettext_lazy("Someone else has changed this test since you opened it. Read it again before you lock it.")


@action(gettext_lazy("Test planned"))
def plan_trial(*, prototype: Prototype, by: User, idempotency_key: UUID | None = None, **fields: Any) -> Trial:
    """Plan a test of a prototype; `fields` are hypothesis, method, measure, comparator, threshold, unit, day and
    session.

    A form sent twice (`idempotency_key`) returns the first test. Raises DomainError for an idea or a prototype that has
    ended, and when the form was changed in between.
    """
    Prototype.objects.select_for_update().get(pk=prototype.pk)
    if existing := find_earlier_submission(
        Trial.objects.visible_to(by), idempotency_key, prototype=prototype, **fields
    ):
        return existing
    _ensure_testable(prototype)
    latest = prototype.trials.order_by("number").last()
    number = latest.number + 1 if latest else 1
    return Trial.objects.create(
        prototype=prototype, number=number, planned_by=by, idempotency_key=idempotency_key or uuid4(), **fields
    )


def _ensure_testable(prototype: Prototype) -> None:
    """Raise DomainError when the prototype is retired, or its idea cannot get new work."""
    ensure_active(prototype.idea)
    if prototype.state == PrototypeState.RETIRED:
        raise DomainError(_("This prototype is retired. Test the prototype that replaces it."))


@action(gettext_lazy("Test changed"))
def change_trial(*, trial: Trial, by: User, version_token: str | None = None, **fields: Any) -> Trial:
    """Change the plan of a test; once it is locked, only method, day and session can change.

    `fields` holds the new values. Raises EditConflict when it was changed since the form was opened (`version_token`).
    """
    return change(trial, fields, form_values=Trial.plan_values, version_token=version_token)


@action(gettext_lazy("Test locked"))
def lock_trial(
    *, trial: Trial, by: User, at: datetime, criterion_change_reason: str = "", version_token: str | None = None
) -> Trial:
    """Lock hypothesis, measure, criterion and threshold of a planned test; prototype and idea are then in test.

    Where the previous locked test of the same measure had another criterion, `criterion_change_reason` says why it
    changed. Raises EditConflict when someone else changed the test since it was read (`version_token`).
    """
    check_version(version_token, current=locked(trial).plan_values(), submitted={}, message=READ_AGAIN)
    _ensure_testable(trial.prototype)
    idea = trial.prototype.idea
    trial.state, trial.locked_at, trial.locked_on = TrialState.LOCKED, at, local_day(idea.cohort, at)
    trial.criterion_change_reason = criterion_change_reason
    trial.save(update_fields=["state", "locked_at", "locked_on", "criterion_change_reason"])
    move_into_test(trial.prototype)
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
    conclusion: Mapping[str, Any] | None = None,
    version_token: str | None = None,
) -> Trial:
    """Record that a locked test was run: the day, and the number of people (`groups` counts them by segment).

    A day before the locking is accepted; the test is then shown as locked afterwards. `conclusion` holds what can be
    recorded although the result is left open. Raises DomainError for a test that is not locked and for a future date,
    EditConflict when someone else recorded something since the form was opened (`version_token`).
    """
    current = log_form_values(locked(trial))
    values = {"participants": participants, "successes": successes, "observation": observation, "held_on": held_on}
    check_version(
        version_token,
        current=current,
        submitted=current | values | {"groups": group_lines(groups or {})} | dict(conclusion or {}),
    )
    if trial.state == TrialState.PLANNED:
        raise DomainError(_("Lock the test first. A value observed before locking is not evidence."))
    today = local_day(trial.prototype.idea.cohort, at)
    trial.held_on = held_on or today
    if trial.held_on > today:
        raise DomainError(_("This date is in the future. Record the test once it has been run."), field="held_on")
    trial.state, trial.participants, trial.successes = TrialState.HELD, participants, successes
    trial.observation = observation
    for name, value in (conclusion or {}).items():
        setattr(trial, name, value)
    trial.save(update_fields=["state", "held_on", "participants", "successes", "observation", *(conclusion or {})])
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
    **details: Any,
) -> Trial:
    """Record whether the criterion of a held test was met, and what was learnt (`details`: learning, decision,
    strength).

    A result against the threshold needs `contradiction_reason`. For a share of people the observed value follows from
    the counts.
    """
    trial.observed_value = success_percentage(trial) if trial.counts_people else observed_value
    trial.state, trial.result = TrialState.CONCLUDED, result
    trial.contradiction_reason = contradiction_reason
    trial.concluded_on = local_day(trial.prototype.idea.cohort, at)
    for name, value in details.items():
        setattr(trial, name, value)
    trial.save()
    return trial


def success_percentage(trial: Trial) -> Decimal | None:
    """Return the percentage of the participants who succeeded, to two decimals; None if they were not counted."""
    if trial.successes is None or not trial.participants:
        return None
    return percentage(trial.successes, trial.participants)


@action(gettext_lazy("Test logged"))
def log_trial(
    *,
    trial: Trial,
    by: User,
    at: datetime,
    run: Mapping[str, Any],
    conclusion: Mapping[str, Any],
    version_token: str | None = None,
) -> Trial:
    """Record in one step that a locked test was run (`run`, as for `hold_trial`) and its `conclusion`.

    Raises EditConflict when someone else recorded something since the form was opened (`version_token`).
    """
    hold_trial(trial=trial, by=by, at=at, version_token=version_token, **run)
    return conclude_trial(trial=trial, by=by, at=at, **conclusion)


@action(gettext_lazy("Test completed"))
def complete_trial(*, trial: Trial, by: User, version_token: str | None = None, **details: Any) -> Trial:
    """Change the texts of a concluded test: observation, learning, decision, strength and session. The figures stay.

    Raises EditConflict when someone else changed them since the form was opened (`version_token`).
    """
    return change(trial, details, form_values=Trial.learning_values, version_token=version_token)


@action(gettext_lazy("Test cancelled"))
def cancel_trial(*, trial: Trial, reason: str, by: User) -> Trial:
    """Record, with the reason, that a planned or locked test will not be run: its state becomes cancelled."""
    trial.state, trial.reason = TrialState.CANCELLED, reason
    trial.save(update_fields=["state", "reason"])
    return trial
