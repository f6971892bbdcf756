"""Plans the e-mails that ask for the state of an idea after six months without an update.

Updates come from many actions, so no action replans these e-mails. The day of the last update is the version of the
reminders; before an e-mail leaves, the sender checks that this day is still the last update.
"""

from datetime import datetime
from typing import Final

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef

from cohorts.clock import local_day
from notifications.actions import ensure_reminders
from notifications.events import EventRef
from notifications.models import Reminder
from notifications.reminders.schedule import ScheduleStep
from programmes.workdays import is_working_day
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea
from web.dates.clock import day_of_rows, today_everywhere

KIND: Final = "unconfirmed"
# Counted from the last update; no further e-mail until the next update.
REMINDER_SCHEDULE: Final = (
    ScheduleStep.read("after_6_months", "+6m", "owner", "idea_unconfirmed", until="+7m"),
    ScheduleStep.read("after_7_months", "+7m", "owner", "idea_unconfirmed", until="+12m"),
)
PLANNED_AHEAD: Final = relativedelta(weeks=1)  # planned this early so that the ledger shows upcoming e-mails
NOT_OLDER_THAN: Final = relativedelta(months=12)
BATCH_SIZE: Final = 500  # ideas per run; the next run takes the others


def event_of(idea: Idea) -> EventRef:
    """Return the reference under which reminders of an idea are stored: kind "unconfirmed", key of the idea, and a
    version.

    The version is the day of the last update as a number, so that each update starts new reminders.
    """
    return EventRef(KIND, idea.pk, idea.last_update_on.toordinal() if idea.last_update_on else 1)


def becoming_unconfirmed(at: datetime) -> IdeaQuerySet:
    """Return the ideas that count in the rates and by next week will have had no update for six months, the longest
    first.

    `at` is the current time. Ideas whose e-mails are planned already, and those without an update for a year, are left
    out.
    """
    planned = Reminder.objects.filter(kind=KIND, object_id=OuterRef("pk"), event_day=OuterRef("last_update_on"))
    soon, recent = (
        today_everywhere(at + PLANNED_AHEAD),
        day_of_rows(today_everywhere(at), "cohort__authority", lambda day: day - NOT_OLDER_THAN),
    )
    unconfirmed = Idea.objects.unconfirmed(soon).filter(last_update_on__gt=recent)
    return unconfirmed.exclude(Exists(planned)).select_related("cohort__authority").order_by("last_update_on", "pk")


def ask_for_confirmations(*, at: datetime) -> int:
    """Plan the e-mails that ask whether ideas without an update for six months are still correct; return the number of
    ideas.

    A run plans for at most 500 ideas and for none twice; `at` is the current time. Safe to run twice at the same time.
    """
    ideas = list(becoming_unconfirmed(at)[:BATCH_SIZE])
    for idea in ideas:
        _plan(idea, at)
    return len(ideas)


def _plan(idea: Idea, at: datetime) -> None:
    """Plan the two e-mails about one idea, six and seven months after its last update; `at` is the current time."""
    authority = idea.cohort.authority
    calendar = authority.calendar
    ensure_reminders(
        event=event_of(idea),
        steps=REMINDER_SCHEDULE,
        day=idea.last_update_on or local_day(idea.cohort, at),
        zone=authority.time_zone,
        is_open=lambda day: is_working_day(day, calendar),
        at=at,
        by=None,
    )
