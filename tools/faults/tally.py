"""Joins the log of the mail server with the ledger: e-mails lost, sent twice, or sent wrongly."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from tools.faults.platform import RunPlatform

ENDED = {"dead", "expired", "skipped", "cancelled", "held"}


@dataclass
class FaultTally:
    """`bound` is how many extra copies the fault explains; `open` how many e-mails were unsent when it struck."""

    emails: int = 0
    accepted: int = 0
    open: int = 0
    lost: int = 0
    extra: int = 0
    bound: int = 0
    phantom: int = 0
    late: int = 0
    stale: int = 0
    wrong: int = 0
    broken: list[str] = field(default_factory=list)  # what else had to hold and did not

    @property
    def unexplained(self) -> int:
        return max(0, self.extra - self.bound)

    @property
    def red(self) -> list[str]:
        figures = ("lost", "unexplained", "phantom", "late", "stale", "wrong")
        return [f"{name} {getattr(self, name)}" for name in figures if getattr(self, name)] + self.broken


def tally_run(
    platform: RunPlatform, *, bound: int, open_then: int, by: float | None = None, stale: Collection[str] = ()
) -> FaultTally:
    """Return the tally of a finished run.

    `by` is the last moment at which an e-mail is in time; `stale` are Message-IDs of e-mails that should not have been
    sent.
    """
    from notifications.models import Delivery, Reminder

    rows = {row["message_id"]: row for row in Delivery.objects.values("message_id", "state", "reason", "user__email")}
    post = platform.accepted()
    copies = Counter(row["id"] for row in post)
    waiting = Reminder.objects.due(_now()).filter(expires_at__gt=_now()).count()
    return FaultTally(
        emails=len(rows),
        accepted=len(copies),
        open=open_then,
        lost=waiting + sum(key not in copies and not _ended(row) for key, row in rows.items()),
        extra=sum(copies.values()) - len(copies),
        bound=bound,
        phantom=sum(1 for key, row in rows.items() if row["state"] == "sent" and key not in copies),
        late=len({row["id"] for row in post if by is not None and row["at"] > by}),
        stale=sum(copies[key] for key in stale),
        wrong=sum(1 for row in post if row["id"] not in rows or rows[row["id"]]["user__email"] != row["to"]),
    )


def _ended(row: dict[str, Any]) -> bool:
    return row["state"] in ENDED and bool(row["reason"])


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()
