"""The letters of the demonstration's past: written as they would have been, and handed to nobody.

What is due from today on leaves for real, by the worker, to the local mailbox.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from notifications.emails.creation import expand_due
from notifications.models import Reminder
from notifications.reminders.models import ReminderQuerySet
from notifications.sending.cycle import send_round

NOBODY = "django.core.mail.backends.dummy.EmailBackend"
ROUND_SECONDS = 60
A_MOMENT = timedelta(minutes=1)


@contextmanager
def handed_to_nobody() -> Iterator[None]:
    """Inside, letters go to Django's backend that forgets them: those days are invented, and so are the people."""
    kept = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = NOBODY
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = kept


def carry(reminders: ReminderQuerySet, *, until: datetime) -> None:
    """Let the letters of these reminders go, each in its time, up to a moment that is past."""
    with handed_to_nobody():
        for due_at in sorted(set(reminders.due(until).values_list("due_at", flat=True))):
            send_round(partial(_just_after, due_at), seconds=ROUND_SECONDS, within=reminders)


def catch_up(kinds: Iterable[str], *, until: datetime) -> None:
    """Of all events of these kinds: what was of use until a moment that is past went, what no longer is expired.

    Letters of the months before would be thousands, each about a day long gone.
    """
    reminders = Reminder.objects.filter(kind__in=kinds)
    expand_due(until, within=reminders.filter(expires_at__lte=until))
    carry(reminders, until=until)


def _just_after(due_at: datetime) -> datetime:
    return due_at + A_MOMENT


def of_exchange(pk: int) -> ReminderQuerySet:
    return Reminder.objects.filter(kind="exchange", object_id=pk)
