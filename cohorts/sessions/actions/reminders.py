"""Keeps the letters of a session in step with it: planned with its dates, moved along, stopped where they do not hold.

Called inside the actions on sessions, in their transaction. Sessions of a kind without a ladder have no letters.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from cohorts.models import Attendance, Session
from cohorts.sessions.enums import LADDERS, SessionState
from cohorts.sessions.recipients import CHANGED, expected, knows
from notifications.actions import announce, cancel_reminders, ensure_reminders
from notifications.enums import ReminderState
from notifications.events import EventRef
from notifications.models import Reminder
from notifications.reminders.schedule import USEFUL_AFTERWARDS
from programmes.enums import LadderKind
from programmes.workdays import is_working_day

DATES = "group_dates"
INVITATION = "stakeholder_invitation"
SUMMARY = "stakeholder_summary"
REPORT_MISSING = "stakeholder_report_missing"
ATTENDANCE = "group_attendance"
POSTPONED = "session_postponed"
CANCELLED = "session_cancelled"
UNTOLD = "untold"  # audience: those expected who know nothing of it yet
TOLD = "told"  # audience: everybody on the list, and everybody a letter on the session reached


def event_of(session: Session) -> EventRef | None:
    """None for kinds of sessions without letters."""
    kind = LADDERS.get(session.kind)
    return EventRef(kind, session.pk, session.version) if kind else None


def plan(session: Session, *, at: datetime, by: User | None) -> None:
    """Plan the ladder of the edition's format; what follows the session counts from its last day."""
    event = event_of(session)
    if event is None or session.first_day is None:
        return
    authority = session.cohort.authority
    calendar = authority.calendar
    ensure_reminders(
        event=event,
        steps=session.cohort.edition.format.ladder(event.kind),
        day=session.first_day,
        last_day=session.last_day,
        zone=authority.time_zone,
        is_open=lambda day: is_working_day(day, calendar),
        at=at,
        by=by,
    )


def told(session: Session) -> dict[str, Any]:
    """What letters have said of its days, for the one that says they changed; asked before they do."""
    return {"days": list(session.days.values("date", "starts_at", "ends_at", "place"))}


def move(session: Session, *, was: dict[str, Any], at: datetime, by: User | None) -> None:
    """Plan anew what has not gone, under the version just raised, and tell those who knew of the change once.

    `was` is `told` before.

    Whoever is expected and knew nothing has the dates at once, where the letter that says them does not come again.
    """
    plan(session, at=at, by=by)
    _tell(session, CHANGED, at=at, by=by, was=was)
    if expected(session.pk).exclude(member__user__in=User.objects.filter(knows(session.pk))).exists():
        _say_dates(session, UNTOLD, at=at, by=by)


def call_off(session: Session, letter: str, *, at: datetime, by: User | None) -> None:
    """Stop what has not gone, then say once that it is postponed or cancelled; of days that are past nobody is told."""
    event = event_of(session)
    if event:
        cancel_reminders(event=event, reason="postponed" if letter == POSTPONED else "cancelled", by=by)
        _tell(session, letter, at=at, by=by)


def change_ladder(session: Session, before: EventRef | None, *, at: datetime, by: User | None) -> None:
    """The session has become one of another kind: its letters are those of that kind's ladder.

    News of its new dates that is about to leave is true all the same.
    """
    rows = Reminder.objects.of_event(before).exclude(letter=CHANGED) if before else Reminder.objects.none()
    letters = set(rows.values_list("letter", flat=True))
    if before and letters:
        cancel_reminders(event=before, reason="other_kind", letters=letters, by=by)
    plan(session, at=at, by=by)


def attended(session: Session, *, today: date, by: User | None) -> None:
    """Nobody is asked to record attendance once it is all there."""
    event = event_of(session)
    over = session.last_day is not None and session.last_day <= today
    if event and over and not Attendance.objects.filter(day__session=session).unrecorded(today).exists():
        cancel_reminders(event=event, reason="settled", letters=[ATTENDANCE], by=by)


def reported(session: Session, *, at: datetime, by: User | None) -> None:
    """Nobody is asked for the report any more; a summary that found none at its time goes now, while it is of use."""
    event = event_of(session)
    if event is None:
        return
    cancel_reminders(event=event, reason="settled", letters=[REPORT_MISSING], by=by)
    rows = Reminder.objects.of_event(event).filter(version=event.version, letter=SUMMARY, event_day__isnull=False)
    row = rows.filter(state=ReminderState.EXPANDED, items=None, expires_at__gt=at).first()
    if row:
        announce(event=event, letter=SUMMARY, audience=row.audience, at=at, until=row.expires_at, by=by)


def invited(session: Session, *, at: datetime, by: User | None) -> None:
    """Tell at once whoever comes onto the list after the turn of the dates or of the invitations.

    One letter for all who had none yet.
    """
    if session.state == SessionState.SCHEDULED:
        meeting = LADDERS.get(session.kind) == LadderKind.STAKEHOLDER_SESSION
        _say_dates(session, "not_yet_invited" if meeting else UNTOLD, at=at, by=by)


def _say_dates(session: Session, audience: str, *, at: datetime, by: User | None) -> None:
    """The dates, or the invitation, outside the ladder once its turn is over."""
    event, over = event_of(session), _over(session)
    if event is None or over is None or over <= at:
        return
    letter = DATES if event.kind == LadderKind.GROUP_SESSION else INVITATION
    turns = list(Reminder.objects.of_event(event).filter(letter=letter).values_list("state", flat=True))
    if turns and ReminderState.PLANNED not in turns:
        until = min(over, at + USEFUL_AFTERWARDS)
        announce(
            event=event, letter=letter, step=f"{letter}_{len(turns)}", audience=audience, at=at, until=until, by=by
        )


def _tell(session: Session, letter: str, *, at: datetime, by: User | None, was: dict[str, Any] | None = None) -> None:
    event, over = event_of(session), _over(session)
    if event and over and over > at:
        until = min(over, at + USEFUL_AFTERWARDS)
        announce(event=event, letter=letter, audience=TOLD, at=at, until=until, by=by, was=was)


def _over(session: Session) -> datetime | None:
    """The midnight after its last day, where it meets."""
    if session.last_day is None:
        return None
    zone = ZoneInfo(session.cohort.authority.time_zone)
    return datetime.combine(session.last_day + timedelta(days=1), time.min, zone)
