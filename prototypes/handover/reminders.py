"""Keeps the follow-up of a handed-over idea in step with its story, and stops it when the idea ends.

From the day the idea went live the steps of the format's schedule ask whether it still is. Before that, the
steps of the first six months, counted from the hand-over, ask whether it is live yet. The version increases when the
idea goes live, when the start day is corrected, and when an idea that had ended is handed over again. Then the steps
start again under new names, because e-mails of the previous version may have been sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from accounts.models import User
from notifications.actions import cancel_reminders, ensure_reminders
from notifications.events import EventRef
from notifications.models import Reminder
from notifications.reminders.schedule import Step
from programmes.enums import LadderKind
from programmes.formats.reminder_schedules import DAYS_OF_UNIT
from programmes.workdays import is_working_day
from prototypes.enums import FOLLOWED_UP, IDEA_HANDED_OVER, FollowedFrom, IdeaState
from prototypes.ideas.models import reached
from prototypes.implementations.models import live_day
from prototypes.models import Idea, IdeaEvent
from web.database.keys import key_of

KIND: Final = LadderKind.IDEA.value
S = IdeaState
KEPT: Final = (*IDEA_HANDED_OVER, S.PARKED)  # what is set aside may be taken up again: its letters wait for their time
STOPPED: Final[Mapping[str, str]] = MappingProxyType({S.ABANDONED: "abandoned", S.MERGED: "merged"})
CORRECTED: Final = "corrected"  # it never was handed over
LIVE_YET: Final = "idea_live_yet"  # the e-mail of the steps before it is live
BEFORE_LIVE: Final = "before_live_"  # what the names of those steps start with


def event_of(idea: Idea, version: int = 1) -> EventRef:
    return EventRef(KIND, idea.pk, version)


def handover_of(idea: Idea) -> IdeaEvent | None:
    """The event that counts of the day it was handed over, the last one where there are several."""
    return reached(IdeaEvent.objects.counting().filter(idea=idea.pk), S.HANDED_OVER)


def keep_in_step(idea: Idea, event: IdeaEvent, *, at: datetime, by: User | None) -> None:
    """After an event was recorded: most change nothing for the letters."""
    if idea.retrospective:
        return
    if reason := STOPPED.get(idea.state):
        cancel_reminders(event=event_of(idea), reason=reason, by=by)
    elif event.corrects_id and (idea.state not in KEPT or handover_of(idea) is None):
        cancel_reminders(event=event_of(idea), reason=CORRECTED, by=by)
    elif event.state in {S.HANDED_OVER, S.IMPLEMENTED} or (event.corrects_id and idea.state in KEPT):
        _plan(idea, anew=event.corrects_id is None, at=at, by=by)


def _plan(idea: Idea, *, anew: bool, at: datetime, by: User | None) -> None:
    """Plan the steps from the day the idea went live, or from its hand-over, unless they are planned so already.

    `anew` is another hand-over, not a correction: what was asked after one that has ended is asked again.
    """
    live = live_day(idea.implementations.all())
    day = live or handover_day(idea)
    if day is None:
        return
    rows = Reminder.objects.of_event(event_of(idea)).filter(event_day__isnull=False)
    latest = rows.order_by("-version").first()
    stopped = latest and rows.filter(version=latest.version, reason__in=[*STOPPED.values(), CORRECTED]).exists()
    if latest and latest.event_day == day and latest.step.startswith(BEFORE_LIVE) == (live is None) and not stopped:
        return
    authority = idea.cohort.authority
    calendar = authority.calendar
    steps = idea.cohort.edition.format.ladder(KIND)
    ensure_reminders(
        event=event_of(idea, latest.version + 1 if latest else 1),
        steps=_named(steps if live else steps_before_live(steps), _times(latest) + bool(anew and stopped)),
        day=day,
        zone=authority.time_zone,
        is_open=lambda day: is_working_day(day, calendar),
        at=at,
        by=by,
    )


def handover_day(idea: Idea) -> date | None:
    handover = handover_of(idea)
    return handover.effective_on if handover else None


def steps_before_live(steps: Sequence[Step]) -> list[Step]:
    """Return the steps of the first six months, which ask whether the idea is live yet."""
    last = FOLLOWED_UP[FollowedFrom.HANDOVER][-1] * DAYS_OF_UNIT["m"]
    early = (step for step in steps if step.offset.amount * DAYS_OF_UNIT[step.offset.unit] <= last)
    return [replace(step, slug=f"{BEFORE_LIVE}{step.slug}", letter=LIVE_YET) for step in early]


def _times(latest: Reminder | None) -> int:
    """For which handover the steps are named that were planned last: the first, the second…"""
    _step, _dash, times = latest.step.rpartition("-") if latest else ("", "", "")
    return key_of(times) or 1


def _named(steps: Sequence[Step], times: int) -> list[Step]:
    """Steps of a handover that is not the first have its number after a dash."""
    return [replace(step, slug=f"{step.slug}-{times}") if times > 1 else step for step in steps]
