"""Plans the letters that ask how an idea stands, once nobody has given a sign of it for six months.

Signs come from everywhere: events, work, follow-ups, confirmations. So no action replans: the letters of a silence have
the day of its last sign as their version, which only rises, and whoever sends one looks whether that still is the last.
"""

from datetime import datetime
from typing import Final

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef

from cohorts.clock import local_day
from notifications.actions import ensure_reminders
from notifications.events import EventRef
from notifications.models import Reminder
from notifications.reminders.schedule import Step
from programmes.workdays import is_working_day
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea
from web.dates.clock import day_of_rows, today_everywhere

KIND: Final = "unconfirmed"
# Counted from the last sign; then nothing more until the next.
LADDER: Final = (
    Step.read("after_6_months", "+6m", "owner", "idea_unconfirmed", until="+7m"),
    Step.read("after_7_months", "+7m", "owner", "idea_unconfirmed", until="+12m"),
)
AHEAD: Final = relativedelta(weeks=1)  # planned so early that the ledger shows what will go
OF_USE: Final = relativedelta(months=12)
AT_ONCE: Final = 500  # ideas of one round; the next round takes the others


def event_of(idea: Idea) -> EventRef:
    """The silence since the last sign."""
    return EventRef(KIND, idea.pk, idea.last_sign_on.toordinal() if idea.last_sign_on else 1)


def falling_silent(at: datetime) -> IdeaQuerySet:
    """Ideas that are unconfirmed, or will be within the week, and of whose silence no letter is planned."""
    planned = Reminder.objects.filter(kind=KIND, object_id=OuterRef("pk"), event_day=OuterRef("last_sign_on"))
    soon, recent = (
        today_everywhere(at + AHEAD),
        day_of_rows(today_everywhere(at), "cohort__authority", lambda day: day - OF_USE),
    )
    silent = Idea.objects.unconfirmed(soon).filter(last_sign_on__gt=recent)
    return silent.exclude(Exists(planned)).select_related("cohort__authority").order_by("last_sign_on", "pk")


def ask_for_confirmations(*, at: datetime) -> int:
    """Plan the letters of each new silence; returns of how many ideas. Safe to run twice, and at once."""
    ideas = list(falling_silent(at)[:AT_ONCE])
    for idea in ideas:
        _plan(idea, at)
    return len(ideas)


def _plan(idea: Idea, at: datetime) -> None:
    authority = idea.cohort.authority
    calendar = authority.calendar
    ensure_reminders(
        event=event_of(idea),
        steps=LADDER,
        day=idea.last_sign_on or local_day(idea.cohort, at),
        zone=authority.time_zone,
        is_open=lambda day: is_working_day(day, calendar),
        at=at,
        by=None,
    )
