"""Actions on the outcomes of an exchange: minutes, commitments, feedback, and closing the exchange."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.content.enums import CommitmentState
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.locks import lock_exchange
from exchanges.exchange.people import cohort_of
from exchanges.models import Commitment, Exchange, Feedback, Minutes, Registration
from web.actions import action
from web.forms.edit_conflicts import check_version


@action(gettext_lazy("Minutes written"))
def write_minutes(*, exchange: Exchange, text: str, version_token: str = "", at: datetime, by: User) -> Minutes:
    """Write the minutes of an exchange, or replace the text that is there.

    `version_token` is the hash (`fingerprint`) of the text that the writer started from; `by` and `at` are stored as
    the writer and the time. The same text again changes nothing. Raises EditConflict when someone else has changed the
    text since then, and DomainError before registration is closed or for an empty text.
    """
    exchange, text = lock_exchange(exchange), text.strip()
    minutes = exchange.minutes.first() or Minutes(exchange=exchange, text="")
    if minutes.text == text and minutes.pk:
        return minutes
    check_version(
        version_token,
        current={"text": minutes.text},
        submitted={"text": text},
        message=_("Someone else has changed the minutes: join both texts, then save again."),
        field="text",
    )
    minutes.text, minutes.written_by, minutes.written_at = text, by, at
    minutes.save()
    return minutes


@action(gettext_lazy("Commitment made"))
def record_commitment(
    *, exchange: Exchange, owner: User, what: str, due_on: date, at: datetime, by: User
) -> Commitment:
    """Record what a person commits to do after the exchange, with a due date. Recording it twice changes nothing.

    `owner` is the person who commits, `by` the one who records it; the commitment is dated on the day of `at` at the
    host. Raises DomainError before registration is closed, for a due date before that day, and for an owner outside the
    edition.
    """
    exchange, today, what = lock_exchange(exchange), exchange_day(exchange, at), what.strip()
    commitment = exchange.commitments.filter(owner=owner, what=what).first()
    if commitment:
        return commitment
    cohort = cohort_of(owner, exchange, today)
    return Commitment.objects.create(
        exchange=exchange, owner=owner, cohort_id=cohort, what=what, made_on=today, due_on=due_on
    )


@action(gettext_lazy("Commitment kept"))
def fulfil_commitment(*, commitment: Commitment, at: datetime, by: User) -> Commitment:
    """Mark a commitment as done on the day of the moment `at`. Repeating it changes nothing.

    Raises DomainError for a commitment that was dropped.
    """
    return _close(commitment, CommitmentState.FULFILLED, at)


@action(gettext_lazy("Commitment dropped"))
def drop_commitment(*, commitment: Commitment, reason: str, at: datetime, by: User) -> Commitment:
    """Mark a commitment as one that will not be done, with a reason that is shown at the next exchange.

    Repeating it changes nothing. Raises DomainError for a commitment that is done, and without a reason.
    """
    return _close(commitment, CommitmentState.DROPPED, at, reason.strip())


def close_commitment(*, commitment: Commitment, outcome: str, reason: str, at: datetime, by: User) -> Commitment:
    """Run the action for the outcome chosen in the form: "kept" marks the commitment as done, "dropped" drops it with
    the reason.

    Returns the stored commitment. Raises DomainError as the actions do, for example for a missing reason.
    """
    if outcome == CommitmentState.FULFILLED:
        return fulfil_commitment(commitment=commitment, at=at, by=by)
    return drop_commitment(commitment=commitment, reason=reason, at=at, by=by)


def _close(commitment: Commitment, state: CommitmentState, at: datetime, reason: str = "") -> Commitment:
    """Save the outcome of a commitment (`state`: done or dropped) and the day of `at` at the exchange's host.

    Returns the stored commitment; a second call with the same state changes nothing.
    """
    commitment = Commitment.objects.select_for_update(no_key=True).get(pk=commitment.pk)
    if commitment.state == state:
        return commitment
    commitment.state, commitment.reason, commitment.closed_on = state, reason, exchange_day(commitment.exchange, at)
    commitment.save(update_fields=["state", "reason", "closed_on"])
    return commitment


@action(gettext_lazy("Feedback given"), forbidden_while_acting=True)
def give_feedback(
    *, registration: Registration, useful: int, time_together: int, organisation: int, keep: str, change: str, by: User
) -> Feedback:
    """Save what a participant thought of the exchange: three scales from 1 to 5, and what to keep and to change.

    `registration` is the participant's own; its earlier feedback is replaced. Raises DomainError for people who did not
    come, and before registration is closed.
    """
    lock_exchange(registration.exchange)
    scales = {"useful": useful, "time_together": time_together, "organisation": organisation}
    feedback, _created = Feedback.objects.update_or_create(
        registration=registration, defaults={**scales, "keep": keep.strip(), "change": change.strip()}
    )
    return feedback


@action(gettext_lazy("Intertransfo closed"))
def close_exchange(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Close an exchange that was held, once its minutes are written. Repeating it changes nothing.

    Cohorts can no longer contribute; open commitments carry over to the next exchange. Raises DomainError without
    minutes, before the exchange is held, and when date, host or venue changed since `version`, the one the person saw.
    """
    exchange = lock_exchange(exchange, version=version)
    if exchange.state == ExchangeState.CLOSED:
        return exchange
    exchange.state = ExchangeState.CLOSED
    exchange.save(update_fields=["state"])
    return exchange
