"""Hands due e-mails to the mail server: each is leased to one sender, checked again, and sent in its own transactions.

Between the server's "250" and our commit the outcome is unknown: a sender that dies there leaves one e-mail in doubt,
which is sent again with the same Message-ID. Every other e-mail is sent once.
"""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import Lab, unproven_addresses
from notifications.emails import rendering
from notifications.emails.models import DeliveryItemQuerySet, DeliveryQuerySet
from notifications.enums import CLAIMABLE_STATES, FINAL_ITEM_STATES, DeliveryState, ItemState
from notifications.models import Delivery, DeliveryItem, MailSwitch, Preference
from notifications.registries import RecipientCheck, Topic, event_kinds
from notifications.reminders.models import ReminderQuerySet
from notifications.sending import retries
from notifications.sending.leases import LEASE, LeasedBatch, lease, release
from notifications.sending.mail_server import HandOverResult, MailConnection, MailServerUnreachable, Verdict
from notifications.sending.worker_wakeup import wake_worker
from web.database.idle_timeout import with_idle_timeout
from web.database.prepared import prepared

BATCH: Final = 50
SENDERS: Final = 3  # at once in one process, each with its own connections
LEASE_LOST: Final = "lost"
# In SQL: composed once, and one round trip to the database where Django makes three.
MARK_HANDING_OVER_SQL: Final = """
    UPDATE notifications_delivery
    SET state = 'handing_over', attempts = attempts + 1, address = %(address)s, subject = %(subject)s,
        lease_until = %(lease_until)s
    WHERE id = %(pk)s AND NOT EXISTS (SELECT FROM notifications_mailswitch WHERE held_since IS NOT NULL)
"""
MARK_SENT_SQL: Final = """
    WITH delivery AS (
        UPDATE notifications_delivery
        SET state = 'sent', reason = '', sent_at = %(at)s, lease_token = NULL, lease_until = NULL
        WHERE id = %(pk)s AND lease_token = %(token)s AND state = 'handing_over' RETURNING id
    ), items AS (
        UPDATE notifications_deliveryitem item SET state = 'sent' FROM delivery
        WHERE item.delivery_id = delivery.id AND item.state = 'queued'
    )
    SELECT count(*) FROM delivery
"""

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


class SendingHeld(Exception):
    """Nothing is sent because the switch pauses all e-mails."""


class EmailNotRendered(Exception):
    """An e-mail could not be rendered: its text or a query failed. The transaction was rolled back."""


def are_emails_paused() -> bool:
    """Return whether the switch pauses all e-mails, so that nothing is sent."""
    return MailSwitch.objects.paused().exists()


def claim(at: datetime, limit: int = BATCH, *, reminders: ReminderQuerySet | None = None) -> LeasedBatch:
    """Lease up to `limit` e-mails that are due at the moment `at` to the caller for two minutes, and return the batch.

    The batch is empty when none is due, and while all e-mails are paused. `reminders` limits it to e-mails with an item
    of one of these.
    """
    due = Delivery.objects.claimable(at).exclude(Exists(MailSwitch.objects.paused()))
    if reminders is not None:
        due = due.filter(pk__in=DeliveryItem.objects.filter(reminder__in=reminders).values("delivery"))
    return lease(due, at, limit)


def send_due_emails(
    clock: Clock, *, seconds: float, reminders: ReminderQuerySet | None = None, senders: int = 1
) -> Counter[str]:
    """Send e-mails until none is due or `seconds` are over; return the number of e-mails by resulting state.

    `clock` returns the present moment. After a full batch up to `senders` threads join in, and another worker process
    is woken; with one sender neither. Safe to run twice at once. Without a mail server it stops and counts no attempt.
    """
    deadline = time.monotonic() + seconds
    extra_senders: list[Future[Counter[str]]] = []

    def start_extra_senders() -> None:
        if extra_senders or senders == 1:
            return
        wake_worker()
        extra_senders.extend(pool.submit(_run_extra_sender, clock, deadline, reminders) for _ in range(senders - 1))

    with ThreadPoolExecutor(senders, thread_name_prefix="sender") as pool:
        tally = _send_until(clock, deadline, reminders, start_extra_senders)
    return sum((sender.result() for sender in extra_senders), tally)


def _run_extra_sender(clock: Clock, deadline: float, reminders: ReminderQuerySet | None) -> Counter[str]:
    """Send e-mails in an additional thread, with its own database connection.

    Returns the number of e-mails by resulting state. `deadline` is a time of `time.monotonic`; `reminders` limits the
    e-mails to those with one of these.
    """
    try:
        return _send_until(clock, deadline, reminders, lambda: None)
    finally:
        connection.close()


def _send_until(
    clock: Clock, deadline: float, reminders: ReminderQuerySet | None, on_full_batch: Callable[[], None]
) -> Counter[str]:
    """Send due e-mails as one sender, with one connection to the mail server, until none is due or the deadline has
    passed.

    `deadline` is a time of `time.monotonic`. Calls `on_full_batch` after each full batch, when more e-mails may be due.
    Returns the number of e-mails by resulting state.
    """
    tally: Counter[str] = Counter()
    with MailConnection() as server:
        while time.monotonic() < deadline:
            batch = claim(clock(), BATCH, reminders=reminders)
            if not batch.ids:
                break
            if len(batch.ids) == BATCH:
                on_full_batch()
            try:
                tally += _send_batch(batch, clock, server, deadline)
            except (SendingHeld, MailServerUnreachable) as error:
                logger.warning("No e-mails are sent: %s", error or "paused")
                break
            finally:
                release_unsent(batch)
    return tally


def _send_batch(batch: LeasedBatch, clock: Clock, server: MailConnection, deadline: float) -> Counter[str]:
    """Send leased e-mails one by one until the deadline, a time of `time.monotonic`.

    Returns their number by resulting state. Raises MailServerUnreachable or SendingHeld (all e-mails were paused): the
    e-mails that remain are not started.
    """
    tally: Counter[str] = Counter()
    from_email = Lab.objects.sender()
    for pk in batch.ids:
        if time.monotonic() >= deadline:
            break
        server.open()
        started = start_sending(pk, batch.token, clock(), from_email=from_email)
        if isinstance(started, EmailMessage):
            started = record_outcome(pk, batch.token, server.hand_over(started), clock())
        tally[started] += 1
    return tally


def release_unsent(batch: LeasedBatch) -> None:
    """End the lease of e-mails in the batch that are still queued, so that other senders can take them at once."""
    release(Delivery.objects.filter(state=DeliveryState.QUEUED), batch)


def start_sending(pk: int, token: UUID, at: datetime, *, from_email: str) -> EmailMessage | str:
    """Check the leased e-mail `pk` again, mark it as being handed over and return the message to send.

    Returns the e-mail's resulting state when there is nothing to send, "lost" when the lease `token` has ended. The
    e-mail is locked, so that an event moves either before this or after the hand-over began. Raises SendingHeld when
    all e-mails were paused after it was leased.
    """
    try:
        with transaction.atomic():
            delivery = _lock_leased(pk, token, at)
            return _mark_handing_over(delivery, at, from_email) if delivery else LEASE_LOST
    except EmailNotRendered as error:
        with transaction.atomic():
            delivery = _lock_leased(pk, token, at)
            return str(_record_not_rendered(delivery, error)) if delivery else LEASE_LOST


def _lock_leased(pk: int, token: UUID, at: datetime) -> Delivery | None:
    """Lock the e-mail `pk` and return it; None when the lease `token` has ended at the moment `at`."""
    delivery = next(iter(_email_to_lock(pk)), None)
    if delivery is None or delivery.lease_token != token or delivery.state not in CLAIMABLE_STATES:
        return None
    return delivery if delivery.lease_until and delivery.lease_until > at else None


@prepared
def _email_to_lock(pk: int) -> DeliveryQuerySet:
    """Return a query that locks the e-mail `pk` and reads it."""
    return with_idle_timeout(Delivery.objects.filter(pk=pk)).select_for_update().order_by()


def _mark_handing_over(delivery: Delivery, at: datetime, from_email: str) -> EmailMessage | str:
    """Mark a locked e-mail as being handed over and return its message; its resulting state when there is nothing to
    send.

    Raises SendingHeld while all e-mails are paused.
    """
    message = _message_to_send(delivery, at, from_email)
    if message is None:
        return delivery.state
    values: dict[str, Any] = {
        "pk": delivery.pk,
        "address": delivery.user.email,
        "subject": message.subject,
        "lease_until": at + LEASE,
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK_HANDING_OVER_SQL, values)
        if not cursor.rowcount:  # the e-mail is locked, so only the switch can have come between
            raise SendingHeld
    return message


def record_outcome(pk: int, token: UUID, outcome: HandOverResult, at: datetime) -> str:
    """Save the mail server's answer to the e-mail `pk` and return the e-mail's state.

    "lost" when the lease `token` has ended.
    """
    if outcome.verdict is Verdict.ACCEPTED:
        return _record_sent(pk, token, at)
    leased = Delivery.objects.filter(pk=pk, lease_token=token, state=DeliveryState.HANDING_OVER)
    with transaction.atomic():
        delivery = with_idle_timeout(leased).select_for_update().first()
        return str(_record_failure(delivery, outcome, at)) if delivery else _report_lost_lease(pk)


def _record_sent(pk: int, token: UUID, at: datetime) -> str:
    """Mark the leased e-mail and its queued items as sent at the moment `at` and return "sent".

    "lost" when the lease ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARK_SENT_SQL, {"pk": pk, "token": token, "at": at})
        [updated] = cursor.fetchone()
    return str(DeliveryState.SENT) if updated else _report_lost_lease(pk)


def _report_lost_lease(pk: int) -> str:
    """Log that another sender took the e-mail during its hand-over, so that it may arrive twice; return "lost"."""
    logger.warning("E-mail %s went to another sender while it was handed over: it may arrive twice", pk)
    return LEASE_LOST


def _record_failure(delivery: Delivery, outcome: HandOverResult, at: datetime) -> DeliveryState:
    """Save that the mail server did not accept the e-mail, with its answer, and return the e-mail's state.

    It is dead when refused for good or after the twelfth attempt; otherwise it is queued for another attempt, after a
    pause that grows.
    """
    delivery.last_error = outcome.server_reply
    if outcome.verdict is Verdict.REFUSED:
        return _end_email(delivery, "refused")
    if delivery.attempts >= retries.MAX_ATTEMPTS:
        return _end_email(delivery, "attempts")
    delivery.next_attempt_at = at + retries.wait(delivery.attempts, random.random())  # noqa: S311 - jitter, not a secret
    return _set_state(delivery, DeliveryState.QUEUED)


def _set_state(delivery: Delivery, state: DeliveryState, reason: str = "") -> DeliveryState:
    """Save the e-mail's state, the slug of its reason and the changes of its next attempt and error; end its lease.

    Returns the state.
    """
    delivery.state, delivery.reason, delivery.lease_token, delivery.lease_until = state, reason, None, None
    delivery.save(update_fields=["state", "reason", "lease_token", "lease_until", "next_attempt_at", "last_error"])
    return state


def _end_email(delivery: Delivery, reason: str) -> DeliveryState:
    """End an e-mail and its queued items with the slug of the reason why it is not sent, and return its state.

    The reason decides the state: expired, cancelled, dead, else skipped.
    """
    state = FINAL_ITEM_STATES.get(reason, ItemState.SKIPPED)
    delivery.items.queued().update(state=state, reason=reason)
    return _set_state(delivery, DeliveryState(state.value), reason)


def _message_to_send(delivery: Delivery, at: datetime, from_email: str) -> EmailMessage | None:
    """Return the message of an e-mail with those of its items that may still be sent at the moment `at`.

    When none may, or after the twelfth attempt, the e-mail is ended and None returned. Raises EmailNotRendered when
    rendering it fails.
    """
    if delivery.attempts >= retries.MAX_ATTEMPTS:
        _end_email(delivery, "attempts")
        return None
    try:
        topics, ended_reasons = current_topics(delivery, at)
        if not topics:
            _end_email(delivery, next(iter(ended_reasons), "removed"))
            return None
        email = rendering.render_email(delivery.user, delivery.language, topics)
        return rendering.build_message(delivery, email, at, from_email=from_email)
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("E-mail %s could not be written", delivery.pk)
        raise EmailNotRendered(f"{type(error).__name__}: {error}") from error


def _record_not_rendered(delivery: Delivery, error: EmailNotRendered) -> DeliveryState:
    """Save the error, mark the e-mail as failed for good with the reason "unwritten", and return its state."""
    delivery.last_error = str(error)
    return _end_email(delivery, "unwritten")


def current_topics(delivery: Delivery, at: datetime) -> tuple[list[Topic], list[str]]:
    """Return the reminders of an e-mail that may still be sent to its person, each with its event, and the reasons of
    the rest.

    The reasons are slugs; items that may not be sent are ended with theirs.
    """
    topics, ended_reasons = [], []
    items = _queued_items(delivery.pk)
    if items:
        # The person was read with the items, and so was whether the address is proven: no statement of their own.
        delivery.user = user = items[0].user
        vars(user)["has_proven_address"] = user.joined and not vars(items[0])["is_unproven"]
    for item in items:
        reason, event = _check_item(item, delivery, at)
        if reason:
            item.state, item.reason = FINAL_ITEM_STATES.get(reason, ItemState.SKIPPED), reason
            item.save(update_fields=["state", "reason"])
            ended_reasons.append(reason)
        else:
            topics.append(Topic(item.reminder, event))
    return topics, ended_reasons


@prepared
def _queued_items(delivery_id: int) -> DeliveryItemQuerySet:
    """Return a query of the queued items of an e-mail with their reminders and their person.

    They are annotated with `unsubscribed`, and with `is_unproven` (nobody has proved that the person's address is
    theirs).
    """
    unsubscriptions = Preference.objects.filter(user=OuterRef("user"), kind=OuterRef("reminder__kind"))
    unproven = unproven_addresses().filter(user=OuterRef("user"), email=OuterRef("user__email"))
    items = DeliveryItem.objects.queued().filter(delivery=delivery_id).select_related("reminder", "user")
    return items.annotate(unsubscribed=Exists(unsubscriptions), is_unproven=Exists(unproven))


def _received_in_earlier_version(item: DeliveryItem) -> bool:
    """Return whether the person got the item's step for an earlier version of the event.

    That happens when the earlier e-mail was being handed over while the event moved. Takes a statement only if the
    event has moved (`version` > 1).
    """
    reminder = item.reminder
    if reminder.version == 1 or reminder.is_announcement:
        return False
    same = {f"reminder__{name}": getattr(reminder, name) for name in ("kind", "object_id", "step")}
    return DeliveryItem.objects.sent().filter(**same, user=item.user, reminder__version__lt=reminder.version).exists()


def _check_item(item: DeliveryItem, delivery: Delivery, at: datetime) -> RecipientCheck:
    """Return the slug of why an item of an e-mail must not be sent at the moment `at` ("" when it may), and its event.

    It may not when its reminder ended or expired, when the person's account is closed, when they unsubscribed or got it
    before the event moved, or when the event's kind refuses. The event is None unless this kind was asked.
    """
    reminder = item.reminder
    if reminder.reason:
        return RecipientCheck(reminder.reason, None)
    if reminder.expires_at <= at:
        return RecipientCheck("expired", None)
    kind = event_kinds[reminder.kind]
    if not kind.sends_to(delivery.user):
        return RecipientCheck("inactive", None)
    if vars(item)["unsubscribed"]:
        return RecipientCheck("unsubscribed", None)
    if _received_in_earlier_version(item):
        return RecipientCheck("had", None)
    return kind.check(reminder, delivery.user, at)
