"""One sending round: create emails from due reminders, then send due emails."""

from __future__ import annotations

from collections import Counter

from notifications.emails.creation import expand_due
from notifications.reminders.models import ReminderQuerySet
from notifications.sending.delivery import Clock, send_due
from notifications.sending.lock_timeouts import limit_idle_transactions


def send_round(
    clock: Clock, *, seconds: float, reminders: ReminderQuerySet | None = None, senders: int = 1
) -> Counter[str]:
    """Create emails from due reminders and send due emails, until nothing is due or `seconds` are over.

    Returns counts by name: of reminders by what happened to them, of emails by resulting state. `reminders` limits the
    round to these; an email is sent with all its items. `senders` is the number of threads.
    """
    limit_idle_transactions()
    return expand_due(clock(), reminders=reminders) + send_due(
        clock, seconds=seconds, reminders=reminders, senders=senders
    )
