"""What is left of an exchange: minutes, commitments until they are kept or dropped, feedback, and its closing."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.content.enums import CommitmentState
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.locks import locked
from exchanges.exchange.people import cohort_of
from exchanges.models import Commitment, Exchange, Feedback, Minutes, Registration
from web.actions import action
from web.forms.edit_conflicts import check_seen


@action(gettext_lazy("Minutes written"))
def write_minutes(*, exchange: Exchange, text: str, seen: str = "", at: datetime, by: User) -> Minutes:
    """Write the minutes, or write them again.

    `seen` is the `fingerprint` of the text the writer started from: raises DomainError when someone else has changed
    it in the meantime, so that no text is lost.
    """
    exchange, text = locked(exchange), text.strip()
    minutes = exchange.minutes.first() or Minutes(exchange=exchange, text="")
    if minutes.text == text and minutes.pk:
        return minutes
    check_seen(
        seen,
        stands={"text": minutes.text},
        sent={"text": text},
        message=_("Someone else has changed the minutes: join both texts, then save again."),
        field="text",
    )
    minutes.text, minutes.written_by, minutes.written_at = text, by, at
    minutes.save()
    return minutes


@action(gettext_lazy("Commitment made"))
def commit(*, exchange: Exchange, owner: User, what: str, due_on: date, at: datetime, by: User) -> Commitment:
    """Note what somebody promised, until when. Twice changes nothing."""
    exchange, today, what = locked(exchange), exchange_day(exchange, at), what.strip()
    noted = exchange.commitments.filter(owner=owner, what=what).first()
    if noted:
        return noted
    cohort = cohort_of(owner, exchange, today)
    return Commitment.objects.create(
        exchange=exchange, owner=owner, cohort_id=cohort, what=what, made_on=today, due_on=due_on
    )


@action(gettext_lazy("Commitment kept"))
def keep(*, commitment: Commitment, at: datetime, by: User) -> Commitment:
    """It was done. Twice changes nothing."""
    return _close(commitment, CommitmentState.KEPT, at)


@action(gettext_lazy("Commitment dropped"))
def drop(*, commitment: Commitment, reason: str, at: datetime, by: User) -> Commitment:
    """It will not be done, for a reason the next exchange reads. Twice changes nothing."""
    return _close(commitment, CommitmentState.DROPPED, at, reason.strip())


def _close(commitment: Commitment, state: CommitmentState, at: datetime, reason: str = "") -> Commitment:
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
    """Say what one thought, on three scales from 1 to 5. Given again, it replaces what was said before."""
    locked(registration.exchange)
    said = {"useful": useful, "time_together": time_together, "organisation": organisation}
    feedback, _new = Feedback.objects.update_or_create(
        registration=registration, defaults={**said, "keep": keep.strip(), "change": change.strip()}
    )
    return feedback


@action(gettext_lazy("Intertransfo followed up"))
def follow_up(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Close the whole, once the minutes are written: contributions end, commitments go on. Twice changes nothing."""
    exchange = locked(exchange, version=version)
    if exchange.state == ExchangeState.FOLLOWED_UP:
        return exchange
    exchange.state = ExchangeState.FOLLOWED_UP
    exchange.save(update_fields=["state"])
    return exchange
