"""Announcements that need not be sent separately: they share the e-mail of their day with other reminders."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.events import EventRef
from notifications.models import Reminder
from notifications.reminders import schedule
from web.actions import action
from web.dates.clock import platform_day


@action(gettext_lazy("Announcements sent together"))
def announce_together(
    *, event: EventRef, email_type: str, due: datetime, by: User | None, audience: str = "", step: str = ""
) -> Reminder:
    """Create an announcement about an event, due at `due`, that shares an e-mail with the person's other reminders of
    that day.

    There is one per event, version and `step`, by default the type of e-mail; a repeated call returns it. `audience`
    is the slug of who gets it. It expires 14 days after `due`; `cancel_reminders` withdraws it.
    """
    row, _created = Reminder.objects.get_or_create(
        kind=event.kind,
        object_id=event.pk,
        version=event.version,
        step=step or email_type,
        defaults={
            "email_type": email_type,
            "audience": audience,
            "due_at": due,
            "due_on": platform_day(due),
            "expires_at": due + schedule.USEFUL_AFTER_EVENT,
        },
    )
    return row
