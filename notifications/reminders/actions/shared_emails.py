"""Tell people of something outside a ladder that can wait for the letter of its day, and shares it."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.events import EventRef
from notifications.models import Reminder
from notifications.reminders import schedule
from web.actions import action
from web.dates.clock import platform_day


@action(gettext_lazy("Announcements sent together"))
def announce_together(*, event: EventRef, letter: str, due: datetime, by: User | None, audience: str = "") -> Reminder:
    """A part of a letter, due then: whoever is told of several things that day has them in one.

    Once per event, version and letter; useless 14 days later. `cancel_reminders` takes it back.
    """
    row, _created = Reminder.objects.get_or_create(
        kind=event.kind,
        object_id=event.pk,
        version=event.version,
        step=letter,
        defaults={
            "letter": letter,
            "audience": audience,
            "due_at": due,
            "due_on": platform_day(due),
            "expires_at": due + schedule.USEFUL_AFTERWARDS,
        },
    )
    return row
