"""Removes one guard of the platform in a process of a control run, to show its effect. Used nowhere else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.core.mail import EmailMessage
from django.utils import timezone

from notifications.emails import rendering
from notifications.emails.models import DeliveryQuerySet
from notifications.enums import DeliveryState
from notifications.models import Delivery, Reminder
from notifications.sending import delivery, mail_server


def remove(name: str) -> None:
    GUARDS[name]()


def _leases_end() -> None:
    """Claimed e-mails are never taken over by another sender."""
    ordinary = DeliveryQuerySet.claimable

    def claimable(self: DeliveryQuerySet, at: datetime) -> DeliveryQuerySet:
        return ordinary(self, at).filter(lease_token=None)

    DeliveryQuerySet.claimable = claimable


def _own_commit() -> None:
    """Outcomes are recorded only at the end of the batch."""
    carry, record_outcome = delivery._send_batch, delivery.record_outcome
    postponed: list[tuple[Any, ...]] = []

    def later(*arguments: Any) -> str:
        postponed.append(arguments)
        return "sent"

    def carry_all(*arguments: Any) -> Any:
        try:
            return carry(*arguments)
        finally:
            while postponed:
                record_outcome(*postponed.pop())

    delivery._send_batch, delivery.record_outcome = carry_all, later


def _fence() -> None:
    """A sender does not check whether it still holds the e-mail, nor whether it is still wanted."""

    def start_sending(pk: int, _token: Any, at: datetime, *, from_email: str) -> EmailMessage:
        delivery = Delivery.objects.select_related("user").get(pk=pk)
        reminders = [item.reminder for item in delivery.items.select_related("reminder")]
        email = rendering.render_email(delivery.user, delivery.language, rendering.load_topics(reminders))
        return rendering.build_message(delivery, email, at, from_email=from_email)

    def record_outcome(pk: int, _token: Any, _outcome: Any, at: datetime) -> str:
        rows = Delivery.objects.filter(pk=pk)
        rows.filter(state="queued").update(state=DeliveryState.HANDING_OVER)
        rows.filter(state="handing_over").update(
            state=DeliveryState.SENT, sent_at=at, lease_token=None, lease_until=None
        )
        return "sent"

    delivery.start_sending, delivery.record_outcome = start_sending, record_outcome


def _claims() -> None:
    """Two senders may claim the same e-mails, and neither checks again."""
    _fence()

    def claim(at: datetime, limit: int = delivery.BATCH, **_: Any) -> delivery.LeasedBatch:
        found = Delivery.objects.claimable(at).values_list("pk", flat=True)[:limit]
        return delivery.LeasedBatch(uuid4(), list(found))

    delivery.claim = claim


def _answers() -> None:
    """The e-mail counts as sent whatever the mail server answers."""
    hand_over = mail_server.MailConnection.hand_over

    def blind(self: mail_server.MailConnection, message: EmailMessage) -> mail_server.HandOverResult:
        hand_over(self, message)
        return mail_server.HandOverResult(mail_server.Verdict.ACCEPTED)

    mail_server.MailConnection.hand_over = blind


def _expiry() -> None:
    """Reminders never expire."""
    from_db = Reminder.from_db.__func__  # type: ignore[attr-defined]

    def lasting(cls: type[Reminder], *arguments: Any) -> Reminder:
        row: Reminder = from_db(cls, *arguments)
        row.expires_at += timedelta(days=365)
        return row

    Reminder.from_db = classmethod(lasting)


def _utc() -> None:
    """The clock is local time in Paris, read as if daylight saving never changed."""
    from zoneinfo import ZoneInfo

    utc = timezone.now
    first = utc().astimezone(ZoneInfo("Europe/Paris")).utcoffset()

    def paris_time() -> datetime:
        now = utc()
        return now + (now.astimezone(ZoneInfo("Europe/Paris")).utcoffset() - first)

    timezone.now = paris_time


def _decoding_bounded() -> None:
    """Pictures are decoded in the web server itself, whatever their size, and several at a time."""
    from collections import defaultdict
    from collections.abc import Iterator
    from contextlib import contextmanager

    from files.attachments import actions
    from files.pictures import decoder, reencoding

    @contextmanager
    def at_once(_name: str, **_: Any) -> Iterator[int]:
        yield 0

    def decoded(source: IO[bytes], folder: Path, *_: Any) -> decoder.Answer:
        source.seek(0)
        return decoder.decode(source, folder, defaultdict(lambda: 10**9))

    reencoding.exclusive_lock = actions.exclusive_lock = at_once
    reencoding._decoder_answer = decoded


def _files_first() -> None:
    """A form is accepted although the object storage did not take its files."""
    from contextlib import suppress

    from files.backends.bucket import Bucket

    add = Bucket.add

    def tolerant(self: Bucket, name: str, folder: Path) -> None:
        with suppress(OSError):
            add(self, name, folder)

    Bucket.add = tolerant


def _ten_seconds() -> None:
    """Senders of webhooks wait for a receiver as long as it takes, and for one owner after another."""
    from webhooks import posting, sending

    posting.TIMEOUT = sending.SECONDS_OF_OWNER = 90.0  # type: ignore[misc]


def _addresses_checked() -> None:
    """Webhooks go to whatever address the name of their receiver has."""
    from webhooks import targets

    targets._may_connect = lambda _text, _target: True


def _scan() -> None:
    """No change: a run without its scan starts no beat."""


GUARDS: dict[str, Callable[[], None]] = {
    "leases end": _leases_end,
    "own commit": _own_commit,
    "fence": _fence,
    "claims": _claims,
    "answers": _answers,
    "expiry": _expiry,
    "utc": _utc,
    "decoding bounded": _decoding_bounded,
    "files first": _files_first,
    "ten seconds": _ten_seconds,
    "addresses checked": _addresses_checked,
    "scan": _scan,
    "hold": _scan,
}
