"""Keeps the follow-up e-mails of an innovation team in line with the day on which it opened, until it closes."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from accounts.models import User
from cohorts.models import InnovationTeam
from cohorts.teams.enums import TeamState
from notifications.actions import cancel_reminders, ensure_reminders
from notifications.events import EventRef
from notifications.models import Reminder
from programmes.enums import ReminderScheduleKind
from programmes.workdays import is_working_day

KIND: Final = ReminderScheduleKind.INNOVATION_TEAM.value
CLOSED: Final = "team_closed"  # reason, as stored
MORNING: Final = time(9)  # the time of an action that has a day only


def sync_follow_up_reminders(team: InnovationTeam, *, today: date, by: User) -> None:
    """Plan the follow-up e-mails of a team from the day on which it opened; cancel them when it closes.

    Nothing changes while they are planned from that day already. `today` is the day of the action, `by` who acts.
    Teams without a cohort have no e-mails: their reminder schedule would be that of its format.
    """
    if team.cohort is None or team.opened_on is None:
        return
    if team.state == TeamState.CLOSED:
        cancel_reminders(event=EventRef(KIND, team.pk), reason=CLOSED, by=by)
        return
    planned = Reminder.objects.of_event(EventRef(KIND, team.pk)).filter(event_day__isnull=False)
    latest = planned.order_by("-version").first()
    if latest and latest.event_day == team.opened_on:
        return
    authority = team.authority
    calendar = authority.calendar
    ensure_reminders(
        event=EventRef(KIND, team.pk, latest.version + 1 if latest else 1),
        steps=team.cohort.edition.format.reminder_schedule(KIND),
        day=team.opened_on,
        zone=authority.time_zone,
        is_open=lambda day: is_working_day(day, calendar),
        at=datetime.combine(today, MORNING, ZoneInfo(authority.time_zone)),
        by=by,
    )
