"""Removes one guard of the platform in a process of a control run, to show what it held back. Nowhere else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

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
    """What a sender took, nobody takes over."""
    ordinary = DeliveryQuerySet.claimable

    def claimable(self: DeliveryQuerySet, at: datetime) -> DeliveryQuerySet:
        return ordinary(self, at).filter(lease_token=None)

    DeliveryQuerySet.claimable = claimable  # type: ignore[method-assign]


def _own_commit() -> None:
    """Outcomes are recorded when the batch is through."""
    carry, finish = delivery._carry, delivery.finish
    kept: list[tuple[Any, ...]] = []

    def later(*arguments: Any) -> str:
        kept.append(arguments)
        return "sent"

    def carry_all(*arguments: Any) -> Any:
        try:
            return carry(*arguments)
        finally:
            while kept:
                finish(*kept.pop())

    delivery._carry, delivery.finish = carry_all, later


def _fence() -> None:
    """A sender asks neither whether the letter is still its own, nor whether it is still wanted."""

    def begin(pk: int, _token: Any, at: datetime) -> EmailMessage:
        letter = Delivery.objects.select_related("user").get(pk=pk)
        reminders = [item.reminder for item in letter.items.select_related("reminder")]
        return rendering.envelope(
            letter, rendering.written(letter.user, letter.language, rendering.topics_of(reminders)), at
        )

    def finish(pk: int, _token: Any, _outcome: Any, at: datetime) -> str:
        rows = Delivery.objects.filter(pk=pk)
        rows.filter(state="queued").update(state=DeliveryState.HANDING_OVER)
        rows.filter(state="handing_over").update(
            state=DeliveryState.SENT, sent_at=at, lease_token=None, lease_until=None
        )
        return "sent"

    delivery.begin, delivery.finish = begin, finish


def _claims() -> None:
    """Two may claim the same letters, and neither asks again."""
    _fence()

    def claim(at: datetime, limit: int = delivery.BATCH, **_: Any) -> delivery.Claim:
        found = Delivery.objects.claimable(at).values_list("pk", flat=True)[:limit]
        return delivery.Claim(delivery.uuid4(), list(found))

    delivery.claim = claim


def _answers() -> None:
    """Whatever the mail server says, the letter counts as gone."""
    hand_over = mail_server.Post.hand_over

    def blind(self: mail_server.Post, message: EmailMessage) -> mail_server.Outcome:
        hand_over(self, message)
        return mail_server.Outcome(mail_server.Verdict.ACCEPTED)

    mail_server.Post.hand_over = blind  # type: ignore[method-assign]


def _expiry() -> None:
    """Nobody knows when a reminder becomes useless."""
    from_db = Reminder.from_db.__func__  # type: ignore[attr-defined]

    def lasting(cls: type[Reminder], *arguments: Any) -> Reminder:
        row: Reminder = from_db(cls, *arguments)
        row.expires_at += timedelta(days=365)
        return row

    Reminder.from_db = classmethod(lasting)  # type: ignore[method-assign,assignment]


def _utc() -> None:
    """The clock is the one on the wall in Paris, read as if summer or winter never ended."""
    from zoneinfo import ZoneInfo

    utc = timezone.now
    first = utc().astimezone(ZoneInfo("Europe/Paris")).utcoffset()

    def wall() -> datetime:
        now = utc()
        return now + (now.astimezone(ZoneInfo("Europe/Paris")).utcoffset() - first)

    timezone.now = wall


def _decoding_bounded() -> None:
    """Pictures are decoded in the web server itself, whatever their pixels, and several at a time."""
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


def _scan() -> None:
    """Nothing: a run without its scan starts no beat."""


GUARDS: dict[str, Callable[[], None]] = {
    "leases end": _leases_end,
    "own commit": _own_commit,
    "fence": _fence,
    "claims": _claims,
    "answers": _answers,
    "expiry": _expiry,
    "utc": _utc,
    "decoding bounded": _decoding_bounded,
    "scan": _scan,
    "hold": _scan,
}
