"""Actions that plan, move, hold and report sessions, and keep their e-mails in step.

Where an action takes `at`, the day is that moment's local date in the cohort's authority.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.attendance.expectations import (
    empty_guest_texts,
    expect_members,
    remove_inactive_before_move,
    reset_answers_after_move,
)
from cohorts.clock import local_day
from cohorts.cohort.enums import CohortState
from cohorts.cohort.format_checks import format_exception_with, surplus_weeks_warning
from cohorts.models import Cohort, Session, SessionDay
from cohorts.sessions import email_types
from cohorts.sessions.actions import reminders
from cohorts.sessions.conflicts import DatesInConflict, conflicts_of
from cohorts.sessions.enums import REMINDER_SCHEDULES, SessionKind, SessionState
from web.actions import action, report_no_change
from web.errors import DomainError
from web.forms.edit_conflicts import check_version

SessionVersion = tuple[int, str]  # version and state of a session as the person saw it
FINISHED_COHORT_STATES = (CohortState.COMPLETED, CohortState.ALUMNI, CohortState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One planned day of a session, with hours in the authority's local time and the venue."""

    date: date
    starts_at: time | None = None
    ends_at: time | None = None
    venue: str = ""


class SessionChanged(DomainError):
    """Raised when the session has changed since the person opened the form."""

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
    """Add a draft session with its days to a cohort, and return it; `by` is who acts.

    Raises DatesInConflict when a day has conflicts; with `accept_conflicts` only impossible days are refused, and the
    session keeps the other conflicts as remarks. An on-site week beyond those of the format needs a `reason`, saved
    with the cohort. Raises DomainError without one, and once the cohort is over.
    """
    if cohort.retrospective or cohort.state in FINISHED_COHORT_STATES:
        raise DomainError(_("This cohort is over: no session can be added to it."))
    _record_surplus_week(cohort, kind, reason)
    remarks = _remarks_on_days(cohort, days, accept_conflicts=accept_conflicts)
    session = Session.objects.create(cohort=cohort, number=number, kind=kind, title=title, remarks=remarks)
    return _replace_days(session, days)


@action(_("Session details changed"))
def describe_session(
    *, session: Session, number: str, kind: str, title: str, reason: str = "", at: datetime, by: User | None
) -> Session:
    """Change a session's number, kind and title, and return it; its days stay.

    When a scheduled session takes a kind with another reminder schedule, its version goes up and its e-mails are
    planned again from the moment `at` on. Becoming an on-site week beyond those of the format needs a `reason`. Raises
    DomainError without one. `by` is who acts.
    """
    session = _lock_editable_session(session)
    if kind != session.kind:
        _record_surplus_week(session.cohort, kind, reason)
    before = reminders.event_of(session)
    session.number, session.kind, session.title = number, kind, title
    schedule_changes = session.state == SessionState.SCHEDULED and REMINDER_SCHEDULES.get(kind) != (
        before and before.kind
    )
    session.version += schedule_changes
    session.save(update_fields=["number", "kind", "title", "version"])
    if schedule_changes:
        reminders.change_reminder_schedule(session, before, at=at, by=by)
    return session


@action(_("Dates of the session confirmed"))
def schedule_session(*, session: Session, at: datetime, by: User) -> Session:
    """Confirm the dates of a draft session and return it: members active on each day are expected, and e-mails are
    planned.

    Expected are ambassadors, pilot, residents and coordinator; relays, elected officials and direction only when they
    are invited. A scheduled session does not change. Raises DatesInConflict when a day has become impossible,
    DomainError in other states. `at` is the moment, `by` who acts.
    """
    session = _lock_editable_session(session)
    if session.state == SessionState.SCHEDULED:
        return report_no_change(session)  # the button was pressed twice
    if session.state != SessionState.DRAFT:
        raise DomainError(_("Only a draft can be scheduled. If the session is postponed, give it new dates."))
    days = list(session.days.all())
    _remarks_on_days(session.cohort, [DayPlan(day.date) for day in days], session=session, accept_conflicts=True)
    _move_to(session, SessionState.SCHEDULED)
    expect_members(days=days, today=local_day(session.cohort, at))
    reminders.plan_emails(session, at=at, by=by)
    return session


@action(_("Session moved"))
def move_session(
    *,
    session: Session,
    days: Sequence[DayPlan],
    at: datetime,
    emails_at: datetime | None = None,
    accept_conflicts: bool = False,
    version_token: SessionVersion | None = None,
    by: User | None,
) -> Session:
    """Give a draft or scheduled session other days, under a new version; return it. The same days change nothing.

    Unsent e-mails move with it, and people who knew the earlier dates get one notice, at the moment `emails_at`, by
    default at once. Answers for a day that moves are reset; people who are not members on the new day leave its list.
    `at` is the moment, `by` who acts.

    Raises DatesInConflict when a day has conflicts (with `accept_conflicts`, only when impossible), SessionChanged when
    `version_token`, the version and state that the person saw, is out of date, and DomainError in other states.
    """
    session = _lock_editable_session(session)
    if session.state in (SessionState.DRAFT, SessionState.SCHEDULED) and not _days_differ(session, days):
        return report_no_change(session)
    _check_version(session, version_token)
    if session.state not in (SessionState.DRAFT, SessionState.SCHEDULED):
        raise DomainError(_("Only a draft or a scheduled session can be moved."))
    previous_details = reminders.days_in_emails(session)
    session = _replan(session, days, at, accept_conflicts=accept_conflicts)
    if session.state == SessionState.SCHEDULED:
        reminders.move_emails(session, previous_details=previous_details, at=emails_at or at, by=by)
    return session


@action(_("Session postponed"))
def postpone_session(*, session: Session, reason: str, at: datetime, by: User) -> Session:
    """Postpone a scheduled session until it has new dates, and return it; its unsent e-mails are cancelled.

    Nobody is expected until then, and everyone on its list or informed earlier gets an e-mail. A postponed session does
    not change. Raises DomainError in other states. `at` is the moment, `by` who acts.
    """
    session = _lock_editable_session(session)
    if session.state == SessionState.POSTPONED:
        return report_no_change(session)  # sent twice: the first reason and its e-mail stay
    session.reason = reason
    _move_to(session, SessionState.POSTPONED, "reason")
    reminders.announce_calling_off(session, email_types.POSTPONED, at=at, by=by)
    return session


@action(_("Session rescheduled"))
def reschedule_session(
    *,
    session: Session,
    days: Sequence[DayPlan],
    at: datetime,
    accept_conflicts: bool = False,
    version_token: SessionVersion | None = None,
    by: User,
) -> Session:
    """Give a postponed session its new days, under a new version, inform the people who knew of it, and return it.

    Raises DatesInConflict when a day has conflicts (with `accept_conflicts`, only when impossible), SessionChanged when
    `version_token` (the version and state that the person saw) is out of date, DomainError when it is not postponed.
    `at` is the moment, `by` who acts.
    """
    session = _lock_editable_session(session)
    if session.state == SessionState.SCHEDULED and not _days_differ(session, days):
        return report_no_change(session)  # sent twice
    _check_version(session, version_token)
    if session.state != SessionState.POSTPONED:
        raise DomainError(_("Only a postponed session can be given new dates this way."))
    previous_details = reminders.days_in_emails(session)
    session = _replan(session, days, at, accept_conflicts=accept_conflicts)
    session.reason = ""
    _move_to(session, SessionState.SCHEDULED, "reason")
    reminders.move_emails(session, previous_details=previous_details, at=at, by=by)
    return session


@action(_("Session cancelled"))
def cancel_session(*, session: Session, reason: str, at: datetime, by: User | None) -> Session:
    """Cancel a session for good with a reason, and return it; people on its list get an e-mail, unless it was a draft.

    The list of attendees is kept. A cancelled session does not change. Raises DomainError without a reason, or once it
    is recorded who came. `at` is the moment, `by` who acts.
    """
    session = _lock_editable_session(session)
    if session.state == SessionState.CANCELLED:
        return report_no_change(session)  # sent twice: the first reason and its e-mail stay
    was_announced = session.state != SessionState.DRAFT
    session.reason = reason
    empty_guest_texts(session)
    _move_to(session, SessionState.CANCELLED, "reason")
    if was_announced:
        reminders.announce_calling_off(session, email_types.CANCELLED, at=at, by=by)
    return session


@action(_("Draft session removed"))
def remove_draft_session(*, session: Session, by: User | None) -> None:
    """Delete a draft session with its days, which the history keeps; raise DomainError in other states, or when used.

    `by` is who acts.
    """
    session = _lock_editable_session(session)
    if session.state != SessionState.DRAFT:
        raise DomainError(_("Only a draft can be removed. Cancel the session instead."))
    try:
        session.delete()
    except ProtectedError as error:
        raise DomainError(_("This session is in use and cannot be removed. Cancel it instead.")) from error


@action(_("Session held"))
def hold_session(*, session: Session, today: date, by: User) -> Session:
    """Record that a scheduled session was held, and return it.

    Raises DomainError when its last day is after `today`, or when it was not scheduled. `by` is who acts.
    """
    session = _lock_editable_session(session)
    if session.last_day and session.last_day > today:
        raise DomainError(_("The session is not over yet. You can mark it as held from its last day on."))
    return _move_to(session, SessionState.HELD)


@action(_("Session report written"))
def report_session(
    *,
    session: Session,
    report: str,
    at: datetime,
    version_token: str = "",
    prepared_by: str = "",
    led_by: str = "",
    by: User,
) -> Session:
    """Write the report of a session that was held, or rewrite it, with who prepared and led it; return the session.

    The first report sends the late summary by e-mail, if one was due. `version_token` is the fingerprint of the report
    that the writer started from. Raises DomainError when someone else has changed the report since then, or the session
    was not held. `at` is the moment, `by` who acts.
    """
    session = _lock_editable_session(session)
    check_version(
        version_token,
        current={"report": session.report},
        submitted={"report": report},
        message=_("Someone else has changed the report: join both texts, then save again."),
        field="report",
    )
    session.report, session.prepared_by, session.led_by = report, prepared_by, led_by
    if session.state == SessionState.REPORTED:
        session.save(update_fields=["report", "prepared_by", "led_by"])
        return session
    _move_to(session, SessionState.REPORTED, "report", "prepared_by", "led_by")
    reminders.settle_report_emails(session, at=at, by=by)
    return session


@action(_("Session lead recorded"))
def record_session_lead(*, session: Session, prepared_by: str, led_by: str, by: User | None) -> Session:
    """Record who prepared and who led a session, "" where it is not known; return the session.

    Raises DomainError for imported published facts.
    """
    session = _lock_editable_session(session)
    session.prepared_by, session.led_by = prepared_by, led_by
    session.save(update_fields=["prepared_by", "led_by"])
    return session


@action(_("Follow-up of a session written"))
def write_outcome(*, session: Session, outcome: str, at: datetime, version_token: str = "", by: User) -> Session:
    """Write what became of a session that was held, or rewrite it; return the session.

    Members of the cohort read it, and guests who came or of whom nobody recorded whether they came.
    The first such text sends guests the late e-mail about it, if one was due. `version_token` is the fingerprint of the
    text that the writer started from. Raises DomainError when someone else has changed it since then, or the session
    was not held. `at` is the moment, `by` who acts.
    """
    session = _lock_editable_session(session)
    check_version(
        version_token,
        current={"outcome": session.outcome},
        submitted={"outcome": outcome},
        message=_("Someone else has changed this text: join both texts, then save again."),
        field="outcome",
    )
    if session.state not in (SessionState.HELD, SessionState.REPORTED):
        raise DomainError(_("Mark the session as held first."))
    session.outcome = outcome
    session.save(update_fields=["outcome"])
    if outcome:
        reminders.send_late_outcome(session, at=at, by=by)
    return session


def _lock_editable_session(session: Session) -> Session:
    """Return the session as the database has it now, with cohort and format, locked until the transaction ends.

    Raises DomainError for imported published facts.
    """
    session = (
        Session.objects.select_for_update(no_key=True, of=("self",))
        .select_related("cohort__authority", "cohort__edition__format")
        .get(pk=session.pk)
    )
    if session.retrospective:
        raise DomainError(_("This session is one of the published facts: it cannot be changed."))
    return session


def _check_version(session: Session, version_token: SessionVersion | None) -> None:
    """Raise SessionChanged if the session no longer has the version and state that the person saw; None checks
    nothing.
    """
    if version_token and version_token != (session.version, session.state):
        raise SessionChanged


def _move_to(session: Session, state: SessionState, *fields: str) -> Session:
    """Set the session's state and save it, with the columns named in `fields`, which the caller has set; return it.

    Raises DomainError for a change of state that sessions do not make.
    """
    session.state = state
    session.save(update_fields=["state", *fields])
    return session


def _remarks_on_days(
    cohort: Cohort, days: Sequence[DayPlan], *, session: Session | None = None, accept_conflicts: bool
) -> list[str]:
    """Return the slugs of the conflicts that a session of the cohort has on these days, each once, the worst first each
    day.

    An existing `session` is not compared with itself. Raises DatesInConflict for a day that is impossible, and for any
    conflict unless `accept_conflicts`.
    """
    conflicts = conflicts_of(cohort=cohort, days=[day.date for day in days], session=session)
    conflict_error = DatesInConflict(conflicts)
    if conflicts and (conflict_error.impossible or not accept_conflicts):
        raise conflict_error
    return list(dict.fromkeys(conflict.slug for conflict in conflicts))


def _replan(session: Session, days: Sequence[DayPlan], at: datetime, *, accept_conflicts: bool) -> Session:
    """Replace the days of a session under a new version, with remarks on their conflicts; return the session.

    The cohort's members are expected on the new days, unless it is a draft; `at` gives the day of recording. Raises
    DatesInConflict for an impossible day, and for any conflict unless `accept_conflicts`.
    """
    session.remarks = _remarks_on_days(session.cohort, days, session=session, accept_conflicts=accept_conflicts)
    session.version += 1
    session.save(update_fields=["remarks", "version"])
    _replace_days(session, days)
    if session.state != SessionState.DRAFT:
        expect_members(days=session.days.all(), today=local_day(session.cohort, at))
    return session


def _record_surplus_week(cohort: Cohort, kind: str, reason: str) -> None:
    """Save, with the cohort, the reason for one more on-site week (`kind` immersion) than its format has.

    Raises DomainError without a reason. Nothing happens for other kinds of sessions, or while the format has weeks
    left.
    """
    warning = surplus_weeks_warning(cohort, more=1) if kind == SessionKind.IMMERSION else ""
    if warning:
        locked = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
        locked.format_exception = format_exception_with(locked, [warning], reason)
        locked.save(update_fields=["format_exception"])


def _days_differ(session: Session, days: Sequence[DayPlan]) -> bool:
    """Return whether the planned `days` differ from those of the session in a date, an hour or a venue; their order is
    ignored.
    """
    current = [DayPlan(day.date, day.starts_at, day.ends_at, day.venue) for day in session.days.all()]
    return sorted(current, key=lambda day: day.date) != sorted(days, key=lambda day: day.date)


def _replace_days(session: Session, days: Sequence[DayPlan]) -> Session:
    """Give the session these days and return it: dates that stay keep their attendees, others move, then days are added
    or deleted.

    Raises DomainError without a day, and for a date given twice.
    """
    if not days:
        raise DomainError(_("Give the session at least one day first."), field="date")
    wanted = {day.date: day for day in days}
    if len(wanted) < len(days):
        raise DomainError(_("The session has this day already."), field="date")
    rows = list(session.days.all())
    unchanged_rows = [row for row in rows if row.date in wanted]
    free_rows = [row for row in rows if row.date not in wanted]
    new_days = [wanted[day] for day in sorted(set(wanted) - {row.date for row in unchanged_rows})]
    for row, plan in [(row, wanted[row.date]) for row in unchanged_rows] + list(zip(free_rows, new_days, strict=False)):
        _save_day(row, plan)
    for plan in new_days[len(free_rows) :]:
        _save_day(SessionDay(session=session), plan)
    for row in free_rows[len(new_days) :]:
        row.delete()
    session.refresh_from_db()
    return session


def _save_day(row: SessionDay, plan: DayPlan) -> None:
    """Save the date, hours and venue of `plan` in the session day `row`.

    When its date changes, people who are not members on the new date leave its list, and answers given for the old date
    are reset.
    """
    is_moved = row.pk and row.date != plan.date
    if is_moved:
        remove_inactive_before_move(day=row, to=plan.date)
    row.date, row.starts_at, row.ends_at, row.venue = plan.date, plan.starts_at, plan.ends_at, plan.venue
    row.save()
    if is_moved:
        reset_answers_after_move(day=row)
