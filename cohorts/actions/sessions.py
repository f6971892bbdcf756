"""Verbs that plan, move, hold and report sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.actions.expectations import ask_anew_after_move, expect_members, let_go_before_move
from cohorts.conflicts import DatesInConflict, conflicts_of
from cohorts.enums import CohortState, SessionState
from cohorts.models import Cohort, Session, SessionDay
from web.errors import DomainError
from web.verbs import verb

OVER = (CohortState.COMPLETED, CohortState.ALUMNI, CohortState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day as someone plans it, in the authority's local time."""

    date: date
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""


@verb
def plan_session(
    *,
    cohort: Cohort,
    number: str,
    kind: str,
    title: str = "",
    days: Sequence[DayPlan],
    accept_conflicts: bool = False,
    by: User | None,
) -> Session:
    """Add a draft with its days.

    Raises DatesInConflict when something speaks against a day; with `accept_conflicts` a costly day is taken all the
    same and the session keeps a remark, an impossible one never.
    """
    if cohort.retrospective or cohort.state in OVER:
        raise DomainError(_("This cohort is over: no session can be added to it."))
    remarks = _weigh(cohort, days, accept_conflicts=accept_conflicts)
    session = Session.objects.create(cohort=cohort, number=number, kind=kind, title=title, remarks=remarks)
    return _put_days(session, days)


@verb
def describe_session(*, session: Session, number: str, kind: str, title: str, by: User) -> Session:
    """Change what a session is called; its days stay."""
    session = _at_work(session)
    session.number, session.kind, session.title = number, kind, title
    session.save(update_fields=["number", "kind", "title"])
    return session


@verb
def schedule_session(*, session: Session, today: date, by: User) -> Session:
    """Make the dates of a draft firm: the members active on each day are expected from now on.

    Ambassadors, pilot, residents and coordinator are; relays, elected officials and directions when they are invited.
    Raises DatesInConflict when a day has become impossible since it was planned.
    """
    session = _at_work(session)
    if session.state == SessionState.SCHEDULED:
        return session  # the button was pressed twice
    if session.state != SessionState.DRAFT:
        raise DomainError(_("Only a draft is scheduled; give a postponed session new dates."))
    days = list(session.days.all())
    _weigh(session.cohort, [DayPlan(day.date) for day in days], session=session, accept_conflicts=True)
    _move_to(session, SessionState.SCHEDULED)
    expect_members(days=days, today=today)
    return session


@verb
def move_session(
    *, session: Session, days: Sequence[DayPlan], today: date, accept_conflicts: bool = False, by: User
) -> Session:
    """Give a draft or a scheduled session other days; those of a scheduled one raise its version.

    Who was excused for a day that moves is expected again, who is not in the cohort on the new day no longer.
    Conflicts as in `plan_session`.
    """
    session = _at_work(session)
    if session.state not in (SessionState.DRAFT, SessionState.SCHEDULED):
        raise DomainError(_("Only a draft or a scheduled session moves."))
    return _replan(session, days, today, accept_conflicts=accept_conflicts)


@verb
def postpone_session(*, session: Session, reason: str, by: User) -> Session:
    """Call a scheduled session off until it has new dates; its days hold nobody any more."""
    session = _at_work(session)
    session.reason = reason
    return _move_to(session, SessionState.POSTPONED, "reason")


@verb
def reschedule_session(
    *, session: Session, days: Sequence[DayPlan], today: date, accept_conflicts: bool = False, by: User
) -> Session:
    """Give a postponed session its new days, under a new version. Conflicts as in `plan_session`."""
    session = _at_work(session)
    if session.state != SessionState.POSTPONED:
        raise DomainError(_("Only a postponed session is given new dates this way."))
    session = _replan(session, days, today, accept_conflicts=accept_conflicts)
    session.reason = ""
    return _move_to(session, SessionState.SCHEDULED, "reason")


@verb
def cancel_session(*, session: Session, reason: str, by: User | None) -> Session:
    """Call it off for good; who was expected stays on record. Raises DomainError without a reason, or once attended."""
    session = _at_work(session)
    session.reason = reason
    return _move_to(session, SessionState.CANCELLED, "reason")


@verb
def hold_session(*, session: Session, today: date, by: User) -> Session:
    """Say that it was held, from its last day on."""
    session = _at_work(session)
    if session.last_day and session.last_day > today:
        raise DomainError(_("The session is not over yet: say that it was held from its last day on."))
    return _move_to(session, SessionState.HELD)


@verb
def report_session(*, session: Session, report: str, seen: str = "", by: User) -> Session:
    """Write, or write again, the report of a session that was held.

    `seen` is the `fingerprint` of the report the writer started from: raises DomainError when someone else has changed
    it in the meantime, so that no text is lost.
    """
    session = _at_work(session)
    if session.report not in ("", report) and seen != fingerprint(session.report):
        raise DomainError(_("Someone else has changed the report: join both texts, then save again."), field="report")
    session.report = report
    if session.state == SessionState.REPORTED:
        session.save(update_fields=["report"])
        return session
    return _move_to(session, SessionState.REPORTED, "report")


def fingerprint(text: str) -> str:
    """A short mark of a text, for forms to remember which version they started from."""
    return sha256(text.encode()).hexdigest()[:16]


def _at_work(session: Session) -> Session:
    """The session as it is now, locked until the verb is done; raises DomainError for published facts."""
    session = (
        Session.objects.select_for_update(no_key=True, of=("self",))
        .select_related("cohort__authority")
        .get(pk=session.pk)
    )
    if session.retrospective:
        raise DomainError(_("This session is a published fact: it does not change."))
    return session


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


def _replan(session: Session, days: Sequence[DayPlan], today: date, *, accept_conflicts: bool) -> Session:
    session.remarks = _weigh(session.cohort, days, session=session, accept_conflicts=accept_conflicts)
    fields = ["remarks"]
    firm = session.state != SessionState.DRAFT
    if session.state == SessionState.POSTPONED or (firm and _others(session, days)):
        session.version += 1
        fields.append("version")
    session.save(update_fields=fields)
    _put_days(session, days)
    if firm:
        expect_members(days=session.days.all(), today=today)
    return session


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
