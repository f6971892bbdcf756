"""Keeps the follow-up e-mails of a handed-over idea in line with its events, and cancels them when the idea ends.

From the day the idea went live the steps of the reminder schedule ask whether it still is. Before that, the steps of
the first six months after the hand-over ask whether it is live yet. The version increases when the idea goes live, when
the start day is corrected, and when an idea that had ended is handed over again. The steps then start again under new
names, because e-mails of the previous version may have been sent.
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
from notifications.reminders.schedule import ScheduleStep
from programmes.enums import ReminderScheduleKind
from programmes.formats.reminder_schedules import DAYS_OF_UNIT
from programmes.workdays import is_working_day
from prototypes.enums import FOLLOW_UP_MONTHS, IDEA_HANDED_OVER, FollowUpStart, IdeaState
from prototypes.ideas.models import last_event_into
from prototypes.implementations.models import live_day
from prototypes.models import Idea, IdeaEvent
from web.database.keys import key_of

KIND: Final = ReminderScheduleKind.IDEA.value
S = IdeaState
ACTIVE_STATES: Final = (
    *IDEA_HANDED_OVER,
    S.PARKED,
)  # a parked idea may be resumed: its e-mails stay planned
STOP_REASONS: Final[Mapping[str, str]] = MappingProxyType({S.ABANDONED: "abandoned", S.MERGED: "merged"})
REASON_CORRECTED: Final = "corrected"  # the hand-over never happened
LIVE_YET: Final = "idea_live_yet"  # the e-mail of the steps before the idea is live
BEFORE_LIVE: Final = "before_live_"  # prefix of the names of those steps


def event_of(idea: Idea, version: int = 1) -> EventRef:
    """Return the reference under which the follow-up e-mails of an idea are stored: kind "idea", key of the idea, and
    `version`.

    A higher version stands for e-mails planned anew, for example once the idea is live.
    """
    return EventRef(KIND, idea.pk, version)


def handover_of(idea: Idea) -> IdeaEvent | None:
    """Return the event by which the idea was last handed over, corrected events aside; None without a hand-over."""
    return last_event_into(IdeaEvent.objects.uncorrected().filter(idea=idea.pk), S.HANDED_OVER)


def sync_follow_up_reminders(idea: Idea, event: IdeaEvent, *, at: datetime, by: User | None) -> None:
    """Plan or cancel the follow-up e-mails of an idea after `event` was recorded for it; most events change nothing.

    A hand-over or implementation plans them; abandoning or merging the idea, or correcting its hand-over away, cancels
    them. `at` is the current time, `by` who recorded the event. Published facts have no e-mails.
    """
    if idea.retrospective:
        return
    if reason := STOP_REASONS.get(idea.state):
        cancel_reminders(event=event_of(idea), reason=reason, by=by)
    elif event.corrects and (idea.state not in ACTIVE_STATES or handover_of(idea) is None):
        if event.corrects.state in IDEA_HANDED_OVER:  # without a hand-over nothing was planned
            cancel_reminders(event=event_of(idea), reason=REASON_CORRECTED, by=by)
    elif event.state in {S.HANDED_OVER, S.IMPLEMENTED} or (event.corrects_id and idea.state in ACTIVE_STATES):
        _plan(idea, is_new_handover=event.corrects_id is None, at=at, by=by)


def _plan(idea: Idea, *, is_new_handover: bool, at: datetime, by: User | None) -> None:
    """Plan the follow-up e-mails from the day the idea went live, else from its hand-over, unless they are planned so
    already.

    `is_new_handover` is true for another hand-over, not for a correction: the questions of an ended hand-over are then
    asked again. `at` is the current time.
    """
    live = live_day(idea.implementations.all())
    day = live or handover_day(idea)
    if day is None:
        return
    rows = Reminder.objects.of_event(event_of(idea)).filter(event_day__isnull=False)
    latest = rows.order_by("-version").first()
    stopped = (
        latest and rows.filter(version=latest.version, reason__in=[*STOP_REASONS.values(), REASON_CORRECTED]).exists()
    )
    if latest and latest.event_day == day and latest.step.startswith(BEFORE_LIVE) == (live is None) and not stopped:
        return
    authority = idea.cohort.authority
    calendar = authority.calendar
    steps = idea.cohort.edition.format.reminder_schedule(KIND)
    ensure_reminders(
        event=event_of(idea, latest.version + 1 if latest else 1),
        steps=_with_handover_number(
            steps if live else steps_before_live(steps), _handover_number(latest) + bool(is_new_handover and stopped)
        ),
        day=day,
        zone=authority.time_zone,
        is_open=lambda day: is_working_day(day, calendar),
        at=at,
        by=by,
    )


def handover_day(idea: Idea) -> date | None:
    """Return the day of the idea's last hand-over, corrected events aside; None without a hand-over or without its
    date.
    """
    handover = handover_of(idea)
    return handover.effective_on if handover else None


def steps_before_live(steps: Sequence[ScheduleStep]) -> list[ScheduleStep]:
    """Return the steps of a reminder schedule that fall in its first six months, changed to ask whether the idea is
    live yet.
    """
    last = FOLLOW_UP_MONTHS[FollowUpStart.HANDOVER][-1] * DAYS_OF_UNIT["m"]
    early = (step for step in steps if step.offset.amount * DAYS_OF_UNIT[step.offset.unit] <= last)
    return [replace(step, slug=f"{BEFORE_LIVE}{step.slug}", email_type=LIVE_YET) for step in early]


def _handover_number(latest: Reminder | None) -> int:
    """Return the number of the idea's hand-over (1, 2…) to which its latest reminder belongs; it is part of the step's
    name.

    Returns 1 for None, when there is no reminder.
    """
    _step, _dash, times = latest.step.rpartition("-") if latest else ("", "", "")
    return key_of(times) or 1


def _with_handover_number(steps: Sequence[ScheduleStep], times: int) -> list[ScheduleStep]:
    """Return the steps with the number `times` of the hand-over at the end of their names; unchanged for the first
    hand-over.
    """
    return [replace(step, slug=f"{step.slug}-{times}") if times > 1 else step for step in steps]
