"""Hands due letters to the mail server: claimed under a lease, checked again one by one, each with its own commits.

Between the server's "250" and our commit nobody can know the outcome: a sender that dies there leaves one letter in
doubt, which goes again with the same Message-ID. Everything else goes once.
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.core.mail import EmailMessage
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef

from notifications.emails import rendering
from notifications.emails.models import DeliveryItemQuerySet, DeliveryQuerySet
from notifications.enums import DUE, ENDS, DeliveryState, ItemState
from notifications.models import Delivery, DeliveryItem, MailSwitch, Preference
from notifications.registries import Checked, Topic, event_kinds
from notifications.reminders.models import ReminderQuerySet
from notifications.sending import retries
from notifications.sending.lock_timeouts import end_frozen_transactions
from notifications.sending.mail_server import Outcome, Post, Unreachable, Verdict
from notifications.sending.worker_wakeup import nudge

LEASE: Final = timedelta(seconds=120)  # more than twice EMAIL_TIMEOUT
BATCH: Final = 50
SENDERS: Final = 3  # at once in one process, each with its own connections
LOST: Final = "lost"
# Two statements said in SQL: each is one journey to the database where Django makes two to four.
GONE: Final = """
    WITH letter AS (
        UPDATE notifications_delivery
        SET state = 'sent', reason = '', sent_at = %(at)s, lease_token = NULL, lease_until = NULL
        WHERE id = %(pk)s AND lease_token = %(token)s AND state = 'handing_over' RETURNING id
    ), items AS (
        UPDATE notifications_deliveryitem item SET state = 'sent' FROM letter
        WHERE item.delivery_id = letter.id AND item.state = 'queued'
    )
    SELECT count(*) FROM letter
"""
# A claim that a crash of the database forgets is no loss (its letters are due, and its token opens nothing): its commit
# does not wait for the disk. The marks that matter do, and so does a claim within a transaction of somebody else's.
TAKE: Final = """
    WITH found (id) AS MATERIALIZED (%s FOR UPDATE OF notifications_delivery SKIP LOCKED)
    UPDATE notifications_delivery letter SET lease_token = %%s, lease_until = %%s
    FROM found, (SELECT CASE WHEN %%s THEN set_config('synchronous_commit', 'off', true) END) quick
    WHERE letter.id = found.id RETURNING letter.next_attempt_at, letter.id
"""

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


class Held(Exception):
    """The switch holds all letters."""


class Unwritten(Exception):
    """The event could not say what its letter says, or a statement of its failed: what it asked is undone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Letters that are one sender's until its lease ends."""

    token: UUID
    letters: Sequence[int]


def mail_held() -> bool:
    return MailSwitch.objects.held().exists()


def claim(at: datetime, limit: int = BATCH, *, within: ReminderQuerySet | None = None) -> Claim:
    """Take up to `limit` due letters that nobody else has, for LEASE from `at`; none while letters are held."""
    token = uuid4()
    due = Delivery.objects.claimable(at).exclude(Exists(MailSwitch.objects.held()))
    if within is not None:
        due = due.filter(pk__in=DeliveryItem.objects.filter(reminder__in=within).values("delivery"))
    try:
        inner, values = due.values("pk")[:limit].query.sql_with_params()
    except EmptyResultSet:  # `within` can hold nothing
        return Claim(token, ())
    with connection.cursor() as cursor:
        cursor.execute(TAKE % inner, [*values, token, at + LEASE, not connection.in_atomic_block])
        taken = sorted(cursor.fetchall())
    return Claim(token, [pk for _due, pk in taken])


def send_due(clock: Clock, *, seconds: float, within: ReminderQuerySet | None = None, senders: int = 1) -> Counter[str]:
    """Send until nothing is due or `seconds` are over; counts letters by what became of them.

    Once there is more than one sender can claim, others join in, `senders` at most in this process, and another
    worker process is asked, once, for a round of its own; a single sender asks nobody. Safe to run twice at once.
    Without a mail server it stops at once and nothing counts as an attempt.
    """
    ends = time.monotonic() + seconds
    joined: list[Future[Counter[str]]] = []

    def join_in() -> None:
        if joined or senders == 1:
            return
        nudge()
        joined.extend(others.submit(_join, clock, ends, within) for _ in range(senders - 1))

    with ThreadPoolExecutor(senders, thread_name_prefix="sender") as others:
        tally = _send(clock, ends, within, join_in)
    return sum((other.result() for other in joined), tally)


def _join(clock: Clock, ends: float, within: ReminderQuerySet | None) -> Counter[str]:
    try:
        end_frozen_transactions()
        return _send(clock, ends, within, lambda: None)
    finally:
        connection.close()


def _send(clock: Clock, ends: float, within: ReminderQuerySet | None, when_much: Callable[[], None]) -> Counter[str]:
    """One sender, one connection to the mail server. Calls `when_much` when it found a full batch."""
    tally: Counter[str] = Counter()
    with Post() as post:
        while time.monotonic() < ends:
            taken = claim(clock(), BATCH, within=within)
            if not taken.letters:
                break
            if len(taken.letters) == BATCH:
                when_much()
            try:
                tally += _carry(taken, clock, post, ends)
            except (Held, Unreachable) as stopped:
                logger.warning("No letters leave: %s", stopped or "held")
                break
            finally:
                give_back(taken)
    return tally


def _carry(taken: Claim, clock: Clock, post: Post, ends: float) -> Counter[str]:
    tally: Counter[str] = Counter()
    for pk in taken.letters:
        if time.monotonic() >= ends:
            break
        post.open()
        begun = begin(pk, taken.token, clock())
        if isinstance(begun, EmailMessage):
            begun = finish(pk, taken.token, post.hand_over(begun), clock())
        tally[begun] += 1
    return tally


def give_back(taken: Claim) -> None:
    """Let others have what was claimed and not begun."""
    rows = Delivery.objects.filter(pk__in=taken.letters, lease_token=taken.token, state=DeliveryState.QUEUED)
    rows.update(lease_token=None, lease_until=None)


def begin(pk: int, token: UUID, at: datetime) -> EmailMessage | str:
    """Check a claimed letter again and mark it as being handed over: the message to send.

    Or, where there is nothing to send, the state the letter ended in, LOST for one that is not ours any more. The
    letter is locked meanwhile, so that an event is moved either before this or after the hand-over began. Raises
    `Held` when the switch was thrown since the claim.
    """
    mine = Delivery.objects.filter(pk=pk, lease_token=token, lease_until__gt=at, state__in=DUE)
    try:
        with transaction.atomic():
            return _marked(mine, at)
    except Unwritten as error:
        with transaction.atomic():
            letter = mine.select_for_update().first()
            return str(_unwritten(letter, error)) if letter else LOST


def _marked(mine: DeliveryQuerySet, at: datetime) -> EmailMessage | str:
    letter = mine.select_related("user").select_for_update(of=("self",)).order_by().first()
    if letter is None:
        return LOST
    message = _checked_message(letter, at)
    if message is None:
        return letter.state
    begun = mine.exclude(Exists(MailSwitch.objects.held())).update(
        state=DeliveryState.HANDING_OVER,
        attempts=F("attempts") + 1,
        address=letter.user.email,
        subject=message.subject,
        lease_until=at + LEASE,
    )
    if not begun:  # the letter is locked, so only the switch can have come between
        raise Held
    return message


def finish(pk: int, token: UUID, outcome: Outcome, at: datetime) -> str:
    """Record what the server said, unless the lease went to another sender; the state the letter is in now."""
    if outcome.verdict is Verdict.ACCEPTED:
        return _sent(pk, token, at)
    mine = Delivery.objects.filter(pk=pk, lease_token=token, state=DeliveryState.HANDING_OVER)
    with transaction.atomic():
        letter = mine.select_for_update().first()
        return str(_record(letter, outcome, at)) if letter else _taken_over(pk)


def _sent(pk: int, token: UUID, at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(GONE, {"pk": pk, "token": token, "at": at})
        [found] = cursor.fetchone()
    return str(DeliveryState.SENT) if found else _taken_over(pk)


def _taken_over(pk: int) -> str:
    logger.warning("Letter %s went to another sender while it was handed over: it may arrive twice", pk)
    return LOST


def _record(letter: Delivery, outcome: Outcome, at: datetime) -> DeliveryState:
    letter.last_error = outcome.said
    if outcome.verdict is Verdict.REFUSED:
        return _end(letter, "refused")
    if letter.attempts >= retries.ATTEMPTS:
        return _end(letter, "attempts")
    letter.next_attempt_at = at + retries.wait(letter.attempts, random.random())  # noqa: S311 - jitter, not a secret
    return _leave(letter, DeliveryState.QUEUED)


def _leave(letter: Delivery, state: DeliveryState, reason: str = "") -> DeliveryState:
    letter.state, letter.reason, letter.lease_token, letter.lease_until = state, reason, None, None
    letter.save(update_fields=["state", "reason", "lease_token", "lease_until", "next_attempt_at", "last_error"])
    return state


def _end(letter: Delivery, reason: str) -> DeliveryState:
    """Nothing more of this letter goes, and its items say why."""
    state = ENDS.get(reason, ItemState.SKIPPED)
    letter.items.queued().update(state=state, reason=reason)
    return _leave(letter, DeliveryState(state.value), reason)


def _checked_message(letter: Delivery, at: datetime) -> EmailMessage | None:
    """What there still is to send, or None when the letter ended just now."""
    if letter.attempts >= retries.ATTEMPTS:
        _end(letter, "attempts")
        return None
    try:
        topics, refused = still_to_say(letter, at)
        if not topics:
            _end(letter, next(iter(refused), "removed"))
            return None
        written = rendering.written(letter.user, letter.language, topics)
        return rendering.envelope(letter, written, at)
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("Letter %s could not be written", letter.pk)
        raise Unwritten(f"{type(error).__name__}: {error}") from error


def _unwritten(letter: Delivery, error: Unwritten) -> DeliveryState:
    letter.last_error = str(error)
    return _end(letter, "unwritten")


def still_to_say(letter: Delivery, at: datetime) -> tuple[list[Topic], list[str]]:
    """What still concerns the person, and the reasons of the items that ended just now."""
    stopped = Preference.objects.filter(user=OuterRef("user"), kind=OuterRef("reminder__kind"))
    queued = letter.items.queued().select_related("reminder")
    rows = queued.annotate(unsubscribed=Exists(stopped), had=Exists(_before()))
    topics, reasons = [], []
    for item in rows:
        reason, event = _checked(item, letter, at)
        if reason:
            item.state, item.reason = ENDS.get(reason, ItemState.SKIPPED), reason
            item.save(update_fields=["state", "reason"])
            reasons.append(reason)
        else:
            topics.append(Topic(item.reminder, event))
    return topics, reasons


def _before() -> DeliveryItemQuerySet:
    """The same step of an earlier version, where it has gone to the person: it was being handed over at the move."""
    same = {name: OuterRef(name) for name in ("user", "reminder__kind", "reminder__object_id", "reminder__step")}
    return DeliveryItem.objects.sent().filter(**same, reminder__version__lt=OuterRef("reminder__version"))


def _checked(item: DeliveryItem, letter: Delivery, at: datetime) -> Checked:
    """Why the item must not go any more, as a slug, or its event; the event's own reasons are asked last."""
    reminder = item.reminder
    if reminder.reason:
        return Checked(reminder.reason, None)
    if reminder.expires_at <= at:
        return Checked("expired", None)
    kind = event_kinds[reminder.kind]
    if not kind.reaches(letter.user):
        return Checked("inactive", None)
    if vars(item)["unsubscribed"]:
        return Checked("unsubscribed", None)
    if vars(item)["had"] and not reminder.is_announcement:
        return Checked("had", None)
    return kind.check(reminder, letter.user, at)
