"""Sends due deliveries: each is leased to one sender, checked again, signed and posted in its own transactions.

As with e-mails, a sender that dies between the receiver's answer and our commit leaves one delivery in doubt, which is
sent again with the same webhook-id. The pause of all e-mails pauses webhooks too: after a restore nothing leaves twice.
"""

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, Min

from notifications.models import MailSwitch
from notifications.sending import retries
from notifications.sending.leases import LEASE, LeasedBatch, lease, release
from web.database.idle_timeout import with_idle_timeout
from webhooks.actions import disable_webhook
from webhooks.enums import CLAIMABLE_STATES, DISABLED_AFTER, TEST_EVENT, DisabledReason, WebhookDeliveryState
from webhooks.events import EVENTS
from webhooks.models import Webhook, WebhookDelivery, WebhookDeliveryQuerySet
from webhooks.permissions import can_have_webhook
from webhooks.posting import PostResult, SignedMessage, post
from webhooks.signatures import signed_headers
from webhooks.targets import parse_target

BATCH: Final = 10
SENDERS: Final = 3  # at once in one process: a receiver that hangs does not hold up the others
SECONDS_OF_OWNER: Final = 10.0  # one run spends at most this on all receivers of an owner: as long as one may hang
LEASE_LOST: Final = "lost"
NOT_ALLOWED: Final = "not_allowed"
NOT_SENDABLE: Final = "not_sendable"
GONE: Final = 410
USER_AGENT: Final = "labplatform-webhooks/1"

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendingRun:
    """One run of senders: until when it claims deliveries (`deadline`, a time of `time.monotonic`), and the seconds
    that it has spent on receivers, by the key of the webhook's owner.

    An owner whose seconds are used up waits for the next run: twenty webhooks that hang hold up nobody else.
    """

    clock: Clock
    deadline: float
    seconds_of: dict[int, float] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Return whether no other delivery is begun."""
        return time.monotonic() >= self.deadline

    @property
    def waiting_owners(self) -> set[int]:
        """Return the keys of the owners to whom nothing more is sent in this run. Other threads may be counting."""
        return {owner for owner, seconds in [*self.seconds_of.items()] if seconds >= SECONDS_OF_OWNER}

    @contextmanager
    def counting(self, owner: int) -> Iterator[None]:
        """Count the time of the block for an owner."""
        began = time.monotonic()
        yield
        self.seconds_of[owner] = self.seconds_of.get(owner, 0) + time.monotonic() - began


def send_due_webhooks(clock: Clock, *, seconds: float, senders: int = 1) -> Counter[str]:
    """Send deliveries until none is due or `seconds` are over; return how many by resulting state.

    `clock` returns the present moment. With several `senders` there are so many threads. Safe to run twice at once.
    """
    current = SendingRun(clock, time.monotonic() + seconds)
    if senders == 1:
        return _send_until_over(current)
    with ThreadPoolExecutor(senders, thread_name_prefix="webhooks") as pool:
        futures = [pool.submit(_run_sender, current) for _ in range(senders)]
        return sum((future.result() for future in futures), Counter[str]())


def _run_sender(current: SendingRun) -> Counter[str]:
    """Send deliveries in a thread, with its own connection to the database; return how many by resulting state."""
    try:
        return _send_until_over(current)
    finally:
        connection.close()


def _send_until_over(current: SendingRun) -> Counter[str]:
    """Send deliveries as one sender until none is due or the run is over; return how many by resulting state."""
    tally: Counter[str] = Counter()
    while not current.is_over:
        batch = claim(current.clock(), excluded_owners=current.waiting_owners)
        if not batch.ids:
            break
        rows = WebhookDelivery.objects.filter(pk__in=batch.ids).order_by("next_attempt_at", "pk")
        try:
            for pk, owner in rows.values_list("pk", "webhook__owner"):
                if not current.is_over and owner not in current.waiting_owners:
                    with current.counting(owner):
                        tally[_send(pk, batch.token, current.clock)] += 1
        finally:
            release(WebhookDelivery.objects.filter(state=WebhookDeliveryState.QUEUED), batch)
    return tally


def claim(at: datetime, limit: int = BATCH, excluded_owners: Collection[int] = ()) -> LeasedBatch:
    """Lease up to `limit` deliveries that are due at the moment `at` to the caller for two minutes: none while all
    e-mails are paused, and none of the `excluded_owners` (keys).
    """
    due = WebhookDelivery.objects.claimable(at).exclude(Exists(MailSwitch.objects.paused()))
    return lease(due.exclude(webhook__owner__in=[*excluded_owners]) if excluded_owners else due, at, limit)


def _send(pk: int, token: UUID, clock: Clock) -> str:
    """Send one leased delivery and return its resulting state; "lost" when the lease has ended or it waits again."""
    started = start_sending(pk, token, clock())
    return record_outcome(pk, token, _post(pk, started), clock()) if isinstance(started, SignedMessage) else started


def _post(pk: int, message: SignedMessage) -> PostResult:
    """Post the message of the delivery `pk`; a bug of ours is logged, and counts as an attempt that failed."""
    try:
        return post(message)
    except Exception:
        logger.exception("Delivery %s could not be posted", pk)
        return PostResult(error=NOT_SENDABLE)


def start_sending(pk: int, token: UUID, at: datetime) -> SignedMessage | str:
    """Check the leased delivery `pk` again, mark it as being sent and return the signed message.

    Returns its resulting state when there is nothing to send: the webhook is disabled, its owner may no longer see what
    it is about, or the message cannot be written, which is logged and does not hold up the others. "lost" when the
    lease `token` has ended, or when the delivery was put off since then.
    """
    leased = WebhookDelivery.objects.filter(pk=pk, lease_token=token, lease_until__gt=at)
    due = leased.filter(state__in=CLAIMABLE_STATES, next_attempt_at__lte=at)
    try:
        with transaction.atomic():
            return _check_and_mark(due, at)
    except OperationalError:
        raise
    except Exception:
        logger.exception("Delivery %s cannot be sent", pk)
        with transaction.atomic():
            delivery = _lock(due)
            return _end(delivery, WebhookDeliveryState.FAILED, NOT_SENDABLE) if delivery else LEASE_LOST


def _check_and_mark(due: WebhookDeliveryQuerySet, at: datetime) -> SignedMessage | str:
    """Check the delivery in `due` (at most one), mark it as being sent and return its message, else its state."""
    delivery = _lock(due)
    if delivery is None:
        return LEASE_LOST
    if reason := _reason_not_to_send(delivery, at):
        if reason == NOT_ALLOWED:
            disable_webhook(webhook=delivery.webhook, reason=DisabledReason.NO_ACCESS, at=at, by=None)
        return _end(delivery, WebhookDeliveryState.SKIPPED, reason)
    if delivery.attempts >= retries.MAX_ATTEMPTS:
        return _end(delivery, WebhookDeliveryState.FAILED, "attempts")
    if until := _end_of_pause(delivery, at):
        due.update(next_attempt_at=until, lease_token=None, lease_until=None)
        return LEASE_LOST
    return _mark_sending(due, delivery, at)


def _end_of_pause(delivery: WebhookDelivery, at: datetime) -> datetime | None:
    """Return until when a new delivery waits, because another one of its webhook got no answer; None when it does not.

    So what happens during a pause costs no attempt. A test message does not wait. One statement for a failing webhook.
    """
    if delivery.webhook.failing_since is None or delivery.attempts or delivery.event == TEST_EVENT:
        return None
    tried = delivery.webhook.deliveries.filter(state=WebhookDeliveryState.QUEUED, attempts__gt=0, answer_code=None)
    until: datetime | None = tried.filter(next_attempt_at__gt=at).aggregate(until=Min("next_attempt_at"))["until"]
    return until


def _lock(rows: WebhookDeliveryQuerySet) -> WebhookDelivery | None:
    """Return the delivery in `rows` (at most one), locked with its webhook until the transaction ends; None without
    one.

    The webhook is locked first, as in actions, so that there is no deadlock.
    """
    webhooks = Webhook.objects.filter(pk__in=rows.values("webhook"))
    with_idle_timeout(webhooks).select_for_update(no_key=True).order_by().first()
    deliveries = rows.select_related("webhook__owner", "webhook__cohort__authority")
    return deliveries.select_for_update(of=("self",)).order_by().first()


def _mark_sending(leased: WebhookDeliveryQuerySet, delivery: WebhookDelivery, at: datetime) -> SignedMessage | str:
    """Mark the delivery as being sent and return its message; "lost" when all e-mails were paused since the claim."""
    started = leased.exclude(Exists(MailSwitch.objects.paused())).update(
        state=WebhookDeliveryState.SENDING, attempts=F("attempts") + 1, lease_until=at + LEASE
    )
    return _signed_message(delivery, at) if started else LEASE_LOST


def _signed_message(delivery: WebhookDelivery, at: datetime) -> SignedMessage:
    """Return the message of a delivery, signed for the moment `at`."""
    webhook, body = delivery.webhook, json.dumps(delivery.payload, separators=(",", ":")).encode()
    headers = signed_headers(webhook.signing_keys(at), delivery.message_id, int(at.timestamp()), body)
    headers |= {"content-type": "application/json", "user-agent": USER_AGENT}
    return SignedMessage(parse_target(webhook.url), headers, body)


def _reason_not_to_send(delivery: WebhookDelivery, at: datetime) -> str:
    """Return the slug of why nothing is sent: the webhook is disabled, or its owner may no longer have it, or see what
    the message is about; else "".
    """
    webhook = delivery.webhook
    if webhook.disabled_at:
        return "disabled"
    if not can_have_webhook(webhook.owner, webhook.cohort, at):
        return NOT_ALLOWED
    if delivery.event == TEST_EVENT or EVENTS[delivery.event].is_visible(webhook.owner, delivery.object_id):
        return ""
    return "no_access"


def _end(delivery: WebhookDelivery, state: WebhookDeliveryState, reason: str) -> str:
    """End a delivery with the slug of a reason, end its lease, and return the state."""
    delivery.state, delivery.reason, delivery.lease_token, delivery.lease_until = state, reason, None, None
    delivery.save(update_fields=["state", "reason", "lease_token", "lease_until"])
    return str(state)


def record_outcome(pk: int, token: UUID, result: PostResult, at: datetime) -> str:
    """Save the receiver's answer to the delivery `pk` at the moment `at`, and return the delivery's state.

    "lost" when the lease `token` has ended.
    """
    leased = WebhookDelivery.objects.filter(pk=pk, lease_token=token, state=WebhookDeliveryState.SENDING)
    with transaction.atomic():
        delivery = _lock(leased)
        if delivery is None:
            logger.warning("Delivery %s went to another sender while it was sent: it may arrive twice", pk)
            return LEASE_LOST
        delivery.answer_code = result.code
        if result.is_accepted:
            return _record_delivered(delivery, at)
        return _record_failure(delivery, result, at)


def _record_delivered(delivery: WebhookDelivery, at: datetime) -> str:
    """Save that the receiver accepted the delivery: its webhook does not fail any more."""
    delivery.state, delivery.reason, delivery.delivered_at = WebhookDeliveryState.DELIVERED, "", at
    delivery.lease_token, delivery.lease_until = None, None
    delivery.save(
        update_fields=["state", "reason", "answer_code", "delivered_at", "lease_token", "lease_until"],
    )
    Webhook.objects.filter(pk=delivery.webhook_id, failing_since__isnull=False).update(failing_since=None)
    return str(delivery.state)


def _record_failure(delivery: WebhookDelivery, result: PostResult, at: datetime) -> str:
    """Save that the receiver did not accept the delivery, and return its state.

    It waits for another attempt, after a pause that grows; after the twelfth it has failed. Where there was no answer,
    the other deliveries of the webhook wait as long, so that each pause costs one attempt. The webhook is disabled when
    the receiver is gone, or has accepted nothing for five days. A test message is tried once, and has no such effects.
    """
    webhook = delivery.webhook
    pause = retries.wait(delivery.attempts, random.random())  # noqa: S311 - jitter, not a secret
    is_test = delivery.event == TEST_EVENT
    is_last = delivery.attempts >= retries.MAX_ATTEMPTS or result.code == GONE
    delivery.state = WebhookDeliveryState.FAILED if is_last or is_test else WebhookDeliveryState.QUEUED
    delivery.reason = result.error or ("redirect" if 300 <= (result.code or 0) < 400 else "status")
    delivery.lease_token, delivery.lease_until, delivery.next_attempt_at = None, None, at + pause
    delivery.save(
        update_fields=["state", "reason", "answer_code", "lease_token", "lease_until", "next_attempt_at"],
    )
    if is_test:
        return str(delivery.state)
    if result.code is None:
        waiting = webhook.deliveries.filter(state=WebhookDeliveryState.QUEUED, next_attempt_at__lt=at + pause)
        waiting.update(next_attempt_at=at + pause)
    _record_failing(webhook, result, at)
    return str(delivery.state)


def _record_failing(webhook: Webhook, result: PostResult, at: datetime) -> None:
    """Save since when the webhook fails, and disable it when it failed for too long or its receiver is gone."""
    if webhook.failing_since is None:
        webhook.failing_since = at
        webhook.save(update_fields=["failing_since"])
    if webhook.disabled_at:
        return
    if result.code == GONE:
        disable_webhook(webhook=webhook, reason=DisabledReason.GONE, at=at, by=None)
    elif at - webhook.failing_since >= DISABLED_AFTER:
        disable_webhook(webhook=webhook, reason=DisabledReason.FAILING, at=at, by=None)
