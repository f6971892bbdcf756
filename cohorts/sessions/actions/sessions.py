"""Actions that plan, move, hold and report sessions, and keep their letters in step.

Where an action takes `at`, the day is that moment's local date in the cohort's authority.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.attendance.expectations import ask_anew_after_move, expect_members, let_go_before_move
from cohorts.clock import local_day
from cohorts.cohort.enums import CohortState
from cohorts.cohort.format_checks import format_exception_with, surplus_weeks_warning
from cohorts.models import Cohort, Session, SessionDay
from cohorts.sessions.actions import reminders
from cohorts.sessions.conflicts import DatesInConflict, conflicts_of
from cohorts.sessions.enums import LADDERS, SessionKind, SessionState
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen

Seen = tuple[int, str]  # version and state of a session as the person saw it
OVER = (CohortState.COMPLETED, CohortState.ALUMNI, CohortState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day as someone plans it, in the authority's local time."""

    date: date
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""


class SessionChanged(DomainError):
    """The session has become another one than the person saw."""

    def __init__(self) -> None:
        super().__init__(_("This session has changed since you opened it. Check it before you go on."))


@action(_("Session planned"))
def plan_session(
    *,
    cohort: Cohort,
    number: str,
    kind: str,
    title: str = "",
    days: Sequence[DayPlan],
    accept_conflicts: bool = False,
    reason: str = "",
    by: User | None,
) -> Session:
    """Add a draft with its days. An on-site week beyond those of the format needs a `reason`, which the cohort keeps.

    Raises DatesInConflict when something speaks against a day; with `accept_conflicts` a costly day is taken all the
    same and the session keeps a remark, an impossible one never.
    """
    if cohort.retrospective or cohort.state in OVER:
        raise DomainError(_("This cohort is over: no session can be added to it."))
    _record_surplus_week(cohort, kind, reason)
    remarks = _weigh(cohort, days, accept_conflicts=accept_conflicts)
    session = Session.objects.create(cohort=cohort, number=number, kind=kind, title=title, remarks=remarks)
    return _put_days(session, days)


@action(_("Session details changed"))
def describe_session(
    *, session: Session, number: str, kind: str, title: str, reason: str = "", at: datetime, by: User
) -> Session:
    """Change what a session is called; its days stay.

    A scheduled one that becomes of a kind with another ladder of letters raises its version: they are planned anew.
    One that becomes an on-site week beyond those of the format needs a `reason`.
    """
    session = _at_work(session)
    if kind != session.kind:
        _record_surplus_week(session.cohort, kind, reason)
    before = reminders.event_of(session)
    session.number, session.kind, session.title = number, kind, title
    letters_change = session.state == SessionState.SCHEDULED and LADDERS.get(kind) != (before and before.kind)
    session.version += letters_change
    session.save(update_fields=["number", "kind", "title", "version"])
    if letters_change:
        reminders.change_ladder(session, before, at=at, by=by)
    return session


@action(_("Dates of the session confirmed"))
def schedule_session(*, session: Session, at: datetime, by: User) -> Session:
    """Make the dates of a draft firm: the members active on each day are expected from now on, letters are planned.

    Ambassadors, pilot, residents and coordinator are; relays, elected officials and directions when they are invited.
    Raises DatesInConflict when a day has become impossible since it was planned.
    """
    session = _at_work(session)
    if session.state == SessionState.SCHEDULED:
        return session  # the button was pressed twice
    if session.state != SessionState.DRAFT:
        raise DomainError(_("Only a draft can be scheduled. If the session is postponed, give it new dates."))
    days = list(session.days.all())
    _weigh(session.cohort, [DayPlan(day.date) for day in days], session=session, accept_conflicts=True)
    _move_to(session, SessionState.SCHEDULED)
    expect_members(days=days, today=local_day(session.cohort, at))
    reminders.plan(session, at=at, by=by)
    return session


@action(_("Session moved"))
def move_session(
    *,
    session: Session,
    days: Sequence[DayPlan],
    at: datetime,
    accept_conflicts: bool = False,
    seen: Seen | None = None,
    by: User,
) -> Session:
    """Give a draft or a scheduled session other days, under a new version; the days it has already change nothing.

    Letters of a scheduled one that have not gone move along, and whoever knew of it hears of the change once.
    Who was excused for a day that moves is expected again, who is not in the cohort on the new day no longer.
    Conflicts as in `plan_session`; raises SessionChanged when it is not as `seen` any more.
    """
    session = _at_work(session)
    if session.state in (SessionState.DRAFT, SessionState.SCHEDULED) and not _others(session, days):
        return session
    _check_seen(session, seen)
    if session.state not in (SessionState.DRAFT, SessionState.SCHEDULED):
        raise DomainError(_("Only a draft or a scheduled session can be moved."))
    was = reminders.told(session)
    session = _replan(session, days, at, accept_conflicts=accept_conflicts)
    if session.state == SessionState.SCHEDULED:
        reminders.move(session, was=was, at=at, by=by)
    return session


@action(_("Session postponed"))
def postpone_session(*, session: Session, reason: str, at: datetime, by: User) -> Session:
    """Call a scheduled session off until it has new dates; its days hold nobody any more, and everybody is told."""
    session = _at_work(session)
    if session.state == SessionState.POSTPONED:
        return session  # sent twice: what was said of it stays, and so does the letter that says it
    session.reason = reason
    _move_to(session, SessionState.POSTPONED, "reason")
    reminders.call_off(session, reminders.POSTPONED, at=at, by=by)
    return session


@action(_("Session rescheduled"))
def reschedule_session(
    *,
    session: Session,
    days: Sequence[DayPlan],
    at: datetime,
    accept_conflicts: bool = False,
    seen: Seen | None = None,
    by: User,
) -> Session:
    """Give a postponed session its new days, under a new version; whoever knew of it is told.

    Conflicts as in `plan_session`; raises SessionChanged when it is not as `seen` any more.
    """
    session = _at_work(session)
    if session.state == SessionState.SCHEDULED and not _others(session, days):
        return session  # sent twice
    _check_seen(session, seen)
    if session.state != SessionState.POSTPONED:
        raise DomainError(_("Only a postponed session can be given new dates this way."))
    was = reminders.told(session)
    session = _replan(session, days, at, accept_conflicts=accept_conflicts)
    session.reason = ""
    _move_to(session, SessionState.SCHEDULED, "reason")
    reminders.move(session, was=was, at=at, by=by)
    return session


@action(_("Session cancelled"))
def cancel_session(*, session: Session, reason: str, at: datetime, by: User | None) -> Session:
    """Call it off for good; who was expected stays on record, and is told where the session was more than a draft.

    Raises DomainError without a reason, or once attended.
    """
    session = _at_work(session)
    if session.state == SessionState.CANCELLED:
        return session  # sent twice: what was said of it stays, and so does the letter that says it
    known = session.state != SessionState.DRAFT
    session.reason = reason
    _move_to(session, SessionState.CANCELLED, "reason")
    if known:
        reminders.call_off(session, reminders.CANCELLED, at=at, by=by)
    return session


@action(_("Session held"))
def hold_session(*, session: Session, today: date, by: User) -> Session:
    """Say that it was held, from its last day on."""
    session = _at_work(session)
    if session.last_day and session.last_day > today:
        raise DomainError(_("The session is not over yet. You can mark it as held from its last day on."))
    return _move_to(session, SessionState.HELD)


@action(_("Session report written"))
def report_session(*, session: Session, report: str, at: datetime, seen: str = "", by: User) -> Session:
    """Write, or write again, the report of a session that was held.

    `seen` is the `fingerprint` of the report the writer started from: raises DomainError when someone else has changed
    it in the meantime, so that no text is lost.
    """
    session = _at_work(session)
    check_seen(
        seen,
        stands={"report": session.report},
        sent={"report": report},
        message=_("Someone else has changed the report: join both texts, then save again."),
        field="report",
    )
    session.report = report
    if session.state == SessionState.REPORTED:
        session.save(update_fields=["report"])
        return session
    _move_to(session, SessionState.REPORTED, "report")
    reminders.reported(session, at=at, by=by)
    return session


def _at_work(session: Session) -> Session:
    """The session as it is now, locked until the action is done; raises DomainError for published facts."""
    session = (
        Session.objects.select_for_update(no_key=True, of=("self",))
        .select_related("cohort__authority", "cohort__edition__format")
        .get(pk=session.pk)
    )
    if session.retrospective:
        raise DomainError(_("This session is one of the published facts: it cannot be changed."))
    return session


def _check_seen(session: Session, seen: Seen | None) -> None:
    if seen and seen != (session.version, session.state):
        raise SessionChanged


def _move_to(session: Session, state: SessionState, *fields: str) -> Session:
    session.state = state
    session.save(update_fields=["state", *fields])
    return session


def _weigh(
    cohort: Cohort, days: Sequence[DayPlan], *, session: Session | None = None, accept_conflicts: bool
) -> list[str]:
    """The slugs of what speaks against the days; raises DatesInConflict unless they may and shall be taken."""
    conflicts = conflicts_of(cohort=cohort, days=[day.date for day in days], session=session)
    refused = DatesInConflict(conflicts)
    if conflicts and (refused.impossible or not accept_conflicts):
        raise refused
    return list(dict.fromkeys(conflict.slug for conflict in conflicts))


def _replan(session: Session, days: Sequence[DayPlan], at: datetime, *, accept_conflicts: bool) -> Session:
    session.remarks = _weigh(session.cohort, days, session=session, accept_conflicts=accept_conflicts)
    session.version += 1
    session.save(update_fields=["remarks", "version"])
    _put_days(session, days)
    if session.state != SessionState.DRAFT:
        expect_members(days=session.days.all(), today=local_day(session.cohort, at))
    return session


def _record_surplus_week(cohort: Cohort, kind: str, reason: str) -> None:
    """Save the reason for an on-site week beyond those of the format; raise DomainError without one."""
    departure = surplus_weeks_warning(cohort, more=1) if kind == SessionKind.IMMERSION else ""
    if departure:
        locked = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
        locked.format_exception = format_exception_with(locked, [departure], reason)
        locked.save(update_fields=["format_exception"])


def _others(session: Session, days: Sequence[DayPlan]) -> bool:
    """Whether anything a letter would have said of the days changes."""
    known = [DayPlan(day.date, day.starts_at, day.ends_at, day.place) for day in session.days.all()]
    return sorted(known, key=lambda day: day.date) != sorted(days, key=lambda day: day.date)


def _put_days(session: Session, days: Sequence[DayPlan]) -> Session:
    """Make the session's days these: days that stay keep their people, others move, then are added or go."""
    if not days:
        raise DomainError(_("Give the session at least one day first."), field="date")
    wanted = {day.date: day for day in days}
    if len(wanted) < len(days):
        raise DomainError(_("The session has this day already."), field="date")
    rows = list(session.days.all())
    stay = [row for row in rows if row.date in wanted]
    free = [row for row in rows if row.date not in wanted]
    new = [wanted[day] for day in sorted(set(wanted) - {row.date for row in stay})]
    for row, plan in [(row, wanted[row.date]) for row in stay] + list(zip(free, new, strict=False)):
        _put_day(row, plan)
    for plan in new[len(free) :]:
        _put_day(SessionDay(session=session), plan)
    for row in free[len(new) :]:
        row.delete()
    session.refresh_from_db()
    return session


def _put_day(row: SessionDay, plan: DayPlan) -> None:
    moves = row.pk and row.date != plan.date
    if moves:
        let_go_before_move(day=row, to=plan.date)
    row.date, row.starts_at, row.ends_at, row.place = plan.date, plan.starts_at, plan.ends_at, plan.place
    row.save()
    if moves:
        ask_anew_after_move(day=row)
