"""E-mails of the demonstration's past: recorded as sent, and delivered to nobody.

E-mails due from today on are sent by the worker to the local mailbox.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from notifications.emails.creation import create_due_emails
from notifications.models import Reminder
from notifications.reminders.models import ReminderQuerySet
from notifications.sending.cycle import send_round

DUMMY_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
ROUND_SECONDS = 60
ONE_MINUTE = timedelta(minutes=1)


@contextmanager
def without_delivery() -> Iterator[None]:
    """Have e-mails that are sent inside the block delivered to nobody, because their dates and people are invented."""
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = DUMMY_BACKEND
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = backend


def send_past_emails(reminders: ReminderQuerySet, *, until: datetime) -> None:
    """Record the e-mails of these reminders that are due by `until`, a past moment, as sent, each at its own time.

    They are delivered to nobody.
    """
    with without_delivery():
        for due_at in sorted(set(reminders.due(until).values_list("due_at", flat=True))):
            send_round(partial(_just_after, due_at), seconds=ROUND_SECONDS, reminders=reminders)


def send_or_expire(kinds: Iterable[str], *, until: datetime) -> None:
    """Record as sent the e-mails of these kinds of reminders that are still useful at `until`; expire those that are
    not.

    `until` is a past moment. E-mails of earlier months would be thousands, each about a day long past.
    """
    reminders = Reminder.objects.filter(kind__in=kinds)
    create_due_emails(until, reminders=reminders.filter(expires_at__lte=until))
    send_past_emails(reminders, until=until)


def _just_after(due_at: datetime) -> datetime:
    """Return the moment one minute after `due_at`, at which the e-mail that is due then is recorded as sent."""
    return due_at + ONE_MINUTE


def reminders_of_exchange(pk: int) -> ReminderQuerySet:
    """Return the reminders, sent or not, about the exchange with the primary key `pk`."""
    return Reminder.objects.filter(kind="exchange", object_id=pk)
