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
from prototypes.ideas.actions.recording import advance, ensure_active
from prototypes.models import ParticipantGroup, Prototype, Trial
from prototypes.notes.second_notes import percentage
from prototypes.prototypes.actions import move_into_test
from prototypes.trials.log_values import group_lines, log_form_values
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.forms.idempotency import find_earlier_submission
from web.forms.row_changes import assign, change, lock_row

READ_AGAIN = gettext_lazy("Someone else has changed this test since you opened it. Read it again before you lock it.")
NO_LONGER_PLANNED = gettext_lazy("This test is no longer planned. Its plan cannot be changed.")
TRIAL_ALREADY_SENT = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another test, send it again."
)


@action(gettext_lazy("Test planned"))
def plan_trial(*, prototype: Prototype, by: User, idempotency_key: UUID | None = None, **fields: Any) -> Trial:
    """Plan the next test of a prototype, and return it; `fields` are its columns, such as hypothesis, measure,
    threshold and unit.

    The same form sent twice (same `idempotency_key`) returns the first test. Raises DomainError for a retired
    prototype, for an idea that is parked or has ended, and when the form was changed in between.
    """
    Prototype.objects.select_for_update().get(pk=prototype.pk)
    if existing := find_earlier_submission(
        Trial.objects.visible_to(by), idempotency_key, message=TRIAL_ALREADY_SENT, prototype=prototype, **fields
    ):
        return existing
    _ensure_testable(prototype)
    latest = prototype.trials.order_by("number").last()
    number = latest.number + 1 if latest else 1
    return Trial.objects.create(
        prototype=prototype, number=number, planned_by=by, idempotency_key=idempotency_key or uuid4(), **fields
    )


def _ensure_testable(prototype: Prototype) -> None:
    """Raise DomainError when the prototype is retired, or its idea is parked, abandoned, merged, split or a published
    fact.
    """
    ensure_active(prototype.idea)
    if prototype.state == PrototypeState.RETIRED:
        raise DomainError(_("This prototype is retired. Test the prototype that replaces it."))


@action(gettext_lazy("Test changed"))
def change_trial(*, trial: Trial, by: User, version_token: str | None = None, **fields: Any) -> Trial:
    """Save new values of the plan of a planned test (`fields`, by name), and return the test.

    `version_token` is the hash of the values with which the form was opened; None skips the check. Raises EditConflict
    when someone else has saved other values since, DomainError when the test is no longer planned.
    """
    if lock_row(trial).state != TrialState.PLANNED:
        raise DomainError(NO_LONGER_PLANNED)
    return change(trial, fields, form_values=Trial.plan_values, version_token=version_token)


@action(gettext_lazy("Test locked"))
def lock_trial(
    *, trial: Trial, by: User, at: datetime, criterion_change_reason: str = "", version_token: str | None = None
) -> Trial:
    """Lock hypothesis, measure, criterion and threshold of a planned test at the time `at`; prototype and idea are then
    in test.

    Where the previous locked test of the same measure had another criterion, `criterion_change_reason` must say why it
    changed. Returns the test. Raises EditConflict when someone else changed the test since it was read (`version_token`
    is the hash of its plan then; None: no check).
    """
    check_version(version_token, current=lock_row(trial).plan_values(), submitted={}, message=READ_AGAIN)
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
    """Record that a locked test was run, on the day `held_on` (by default that of `at`), with the number of people;
    return the test.

    `groups` counts the people by segment, and replaces those recorded. A day before the locking is accepted and later
    shown. `conclusion` holds columns to save although the result is open. Raises DomainError for a planned test and a
    future date, EditConflict when someone else recorded something since the form was opened (`version_token`).
    """
    current = log_form_values(lock_row(trial))
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
    """Record whether the criterion of a held test was met (`result`: "met", "not_met" or "inconclusive"), and return
    the test.

    `details` are learning, decision and strength. For a share of people the observed value is computed from the counts.
    Raises DomainError for a result against the threshold without `contradiction_reason`, and unless the test is held.
    """
    trial.observed_value = success_percentage(trial) if trial.counts_people else observed_value
    trial.state, trial.result = TrialState.CONCLUDED, result
    trial.contradiction_reason = contradiction_reason
    trial.concluded_on = local_day(trial.prototype.idea.cohort, at)
    assign(trial, details)
    trial.save(update_fields=["state", "result", "observed_value", "contradiction_reason", "concluded_on", *details])
    return trial


def success_percentage(trial: Trial) -> Decimal | None:
    """Return the percentage of the test's participants who succeeded, to two decimals; None if not counted."""
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
    """Record in one step that a locked test was run and what it concludes, and return the test.

    `run` holds the arguments of `hold_trial`, `conclusion` those of `conclude_trial`. Raises EditConflict when someone
    else recorded something since the form was opened (`version_token` is the hash of the values then; None: no check).
    """
    hold_trial(trial=trial, by=by, at=at, version_token=version_token, **run)
    return conclude_trial(trial=trial, by=by, at=at, **conclusion)


@action(gettext_lazy("Test completed"))
def complete_trial(*, trial: Trial, by: User, version_token: str | None = None, **details: Any) -> Trial:
    """Save new texts of a test (`details`): observation, learning, decision, strength and session; return it. The
    figures stay.

    `version_token` is the hash of the texts with which the form was opened; None skips the check. Raises EditConflict
    when someone else has changed them since.
    """
    return change(trial, details, form_values=Trial.learning_values, version_token=version_token)


@action(gettext_lazy("Test cancelled"))
def cancel_trial(*, trial: Trial, reason: str, by: User) -> Trial:
    """Record, with the reason, that a test will not be run: its state becomes cancelled. Return it.

    Raises DomainError unless it is planned or locked.
    """
    trial.state, trial.reason = TrialState.CANCELLED, reason
    trial.save(update_fields=["state", "reason"])
    return trial
