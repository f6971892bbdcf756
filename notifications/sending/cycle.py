"""One round of the post: due reminders become letters, due letters leave."""

from __future__ import annotations

from collections import Counter

from notifications.emails.creation import expand_due
from notifications.reminders.models import ReminderQuerySet
from notifications.sending.delivery import Clock, send_due
from notifications.sending.lock_timeouts import end_frozen_transactions


def send_round(
    clock: Clock, *, seconds: float, within: ReminderQuerySet | None = None, senders: int = 1
) -> Counter[str]:
    """Expand, then send, until nothing is due or `seconds` are over; counts what happened.

    `within` limits the round to some reminders; a letter goes whole, with whatever else it holds.
    """
    end_frozen_transactions()
    return expand_due(clock(), within=within) + send_due(clock, seconds=seconds, within=within, senders=senders)
