"""One sending round: create e-mails from due reminders, then send due e-mails."""

from collections import Counter

from notifications.emails.creation import create_due_emails
from notifications.reminders.models import ReminderQuerySet
from notifications.sending.delivery import Clock, send_due_emails


def send_round(
    clock: Clock, *, seconds: float, reminders: ReminderQuerySet | None = None, senders: int = 1
) -> Counter[str]:
    """Create e-mails from due reminders and send due e-mails, until nothing is due or `seconds` are over.

    Returns counts by name: of reminders by what happened to them, of e-mails by resulting state. `clock` returns the
    present moment, `reminders` limits the round to these; an e-mail is sent with all its items. `senders` is the number
    of threads.
    """
    return create_due_emails(clock(), reminders=reminders) + send_due_emails(
        clock, seconds=seconds, reminders=reminders, senders=senders
    )
