"""Timelines of cohorts: phases as bands, sessions as dots, exchanges as marks, today and the deadline as lines."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.calendars.planning import CalendarPlan, months_after
from cohorts.calendars.proposals import ProposedCalendar
from cohorts.cohort.models import CohortQuerySet
from cohorts.hooks import cohort_hooks
from cohorts.models import Cohort, Phase, Session
from cohorts.sessions.enums import SessionState
from programmes.enums import PhaseKind
from programmes.models import Edition
from web.database.nested_rows import column_names, nested, row_from_nested
from web.pages.timeline import DateLine, ExchangeMark, SessionDot, Timeline, TimelineBand, TimelineLayout, TimelineRow
from web.text.formats import day_month
from web.text.language import active_language

SHADES = {
    PhaseKind.PREPARATION: 1,
    PhaseKind.IMMERSION: 2,
    PhaseKind.TEST_CASE: 2,
    PhaseKind.PRIORITY_CHALLENGES: 3,
    PhaseKind.HANDOVER: 1,
}
MAX_SESSIONS_AHEAD, MAX_SESSIONS_BEHIND = 2, 2
LONG_FIELDS = frozenset({"report", "outcome", "reason", "source"})  # long texts that the timeline does not need

Marks = dict[int, list[ExchangeMark]]  # by edition
HELD_STATES = frozenset({SessionState.HELD, SessionState.REPORTED})


def with_calendar(cohorts: CohortQuerySet, user: User) -> CohortQuerySet:
    """Load the phases of the cohorts, and the sessions that the user may see, in the statement that reads the cohorts.

    `phases_of` and `sessions_of` return them for each cohort. Cancelled sessions are left out.
    """
    phases = Phase.objects.filter(cohort=OuterRef("pk")).order_by("starts_on", "pk")
    sessions = Session.objects.visible_to(user).filter(cohort=OuterRef("pk"))
    sessions = sessions.exclude(state=SessionState.CANCELLED).in_order()
    return cohorts.annotate(
        nested_phases=nested(phases, *column_names(Phase)),
        nested_sessions=nested(sessions, *column_names(Session, exclude=LONG_FIELDS)),
    )


def cohort_layout(cohort: Cohort, *, marks: Marks, today: date) -> TimelineLayout | None:
    """Return the timeline of one cohort read with its calendar, with lines for `today` and the first prototype's
    deadline.

    None when the cohort has no dates. `marks` are the exchanges to draw, by edition id (see `marks_of`).
    """
    edition_marks = marks.get(cohort.edition_id, [])
    return _timeline_layout(
        [_timeline_row(cohort, with_name=False)], edition_marks, [*_today_line(today), *deadline_lines(cohort)]
    )


def cohorts_layout(cohorts: Sequence[Cohort], *, marks: Marks, today: date) -> TimelineLayout | None:
    """Return one timeline of cohorts of one edition, read with their calendars, a row for each; None if none has dates.

    `marks` are the exchanges by edition id (see `marks_of`), which cross all rows; `today` becomes a line.
    """
    edition_marks = marks.get(cohorts[0].edition_id, []) if cohorts else []
    return _timeline_layout(
        [_timeline_row(cohort, with_name=True) for cohort in cohorts], edition_marks, _today_line(today)
    )


def proposed_layout(calendars: Iterable[ProposedCalendar], *, today: date) -> TimelineLayout | None:
    """Return one timeline of proposed calendars that are not saved yet, a row for each cohort to be; None for no
    calendars.

    `today` becomes a line.
    """
    return _timeline_layout(
        [_proposed_row(calendar.participation.name, calendar.plan) for calendar in calendars], [], _today_line(today)
    )


def marks_of(cohorts: Iterable[Cohort]) -> Marks:
    """Return, by edition id, the exchanges that other apps show on the timelines of these cohorts (one statement for
    each app).
    """
    editions = {cohort.edition_id for cohort in cohorts}
    marks: Marks = {edition: [] for edition in editions}
    for hooks in cohort_hooks if editions else ():
        for edition, edition_marks in hooks.timeline_marks(editions).items():
            marks[edition] += edition_marks
    return marks


def deadline_lines(cohort: Cohort) -> list[DateLine]:
    """Return the timeline's line for the day by which the format expects a first prototype in test; at most one.

    The day is counted from the cohort's start. Empty when the format sets no such time, the cohort has no start, or it
    is an imported published fact.
    """
    months = cohort.edition.format.first_prototype_months
    if months is None or cohort.starts_on is None or cohort.retrospective:
        return []
    day = months_after(cohort.starts_on, months)
    day_text = day_month(day, active_language())
    return [DateLine(day, _("%(day)s: first prototype in test") % {"day": day_text})]


def count_started(cohorts: Iterable[Cohort]) -> int:
    """Return how many of the cohorts have an actual first day."""
    return sum(1 for cohort in cohorts if cohort.actual_start)


def progress_text(edition: Edition, cohorts: Sequence[Cohort]) -> str:
    """Return one line on an edition, such as “3 of 10 authorities started · format version 2, 18 months”.

    `cohorts` are those of the edition; the total is the planned number of authorities if that is higher.
    """
    months = edition.format.months
    planned = max(edition.planned_authorities or 0, len(cohorts))
    started = ngettext(
        "%(started)d of %(all)d authority started", "%(started)d of %(all)d authorities started", planned
    )
    pattern = ngettext(
        "format version %(version)d, %(months)d month", "format version %(version)d, %(months)d months", months
    )
    numbers = {"started": count_started(cohorts), "all": planned, "version": edition.format.version, "months": months}
    return f"{started % numbers} · {pattern % numbers}"


def sessions_near(cohort: Cohort, today: date) -> list[Session]:
    """Return the cohort's last two sessions that ended before `today` and the next two, the latest first.

    The cohort has been read `with_calendar`; cancelled sessions and those without days are left out.
    """
    sessions = [session for _day, session in dated_sessions(cohort)]
    ahead = [session for session in sessions if session.last_day and session.last_day >= today]
    behind = [session for session in sessions if session not in ahead]
    return [*behind[-MAX_SESSIONS_BEHIND:], *ahead[:MAX_SESSIONS_AHEAD]][::-1]


def _today_line(today: date) -> list[DateLine]:
    """Return the vertical line that marks `today` on a timeline, as a list of one."""
    return [DateLine(today, _("today"), "today")]


def _timeline_layout(
    rows: Sequence[TimelineRow], marks: Sequence[ExchangeMark], lines: Sequence[DateLine]
) -> TimelineLayout | None:
    """Return a timeline with these rows, exchanges (`marks`) and vertical lines; None when no row has a date.

    It spans the dates of rows and exchanges; lines outside that span are left out.
    """
    days = [day for row in rows for day in _dates_of_row(row)]
    if not days:
        return None
    days += [mark.day for mark in marks]
    return Timeline(rows, marks, lines, first=min(days), last=max(days)).layout()


def _dates_of_row(row: TimelineRow) -> Iterable[date]:
    """Yield the first and last day of each band, and the day of each dot, on a timeline's row."""
    for band in row.bands:
        yield from (band.start, band.end)
    yield from (dot.day for dot in row.dots)


def _timeline_row(cohort: Cohort, *, with_name: bool) -> TimelineRow:
    """Return the row of one cohort, read with its calendar, on a timeline: phases as bands, sessions as dots.

    Sessions already held are filled dots. The cohort's name, a link to it, is on the row only `with_name`.
    """
    return TimelineRow(
        cohort.name if with_name else "",
        bands=_phase_bands(cohort),
        dots=[
            SessionDot(day, str(session), filled=session.state in HELD_STATES)
            for day, session in dated_sessions(cohort)
        ],
        href=cohort.get_absolute_url() if with_name else "",
    )


def sessions_of(cohort: Cohort) -> list[Session]:
    """Return the sessions of a cohort, sorted by first day, without cancelled ones; no statement.

    The cohort must have been read `with_calendar`: otherwise the list is empty.
    """
    return [row_from_nested(Session, row) for row in getattr(cohort, "nested_sessions", ())]


def phases_of(cohort: Cohort) -> list[Phase]:
    """Return the phases of a cohort, sorted by first day; no statement.

    The cohort must have been read `with_calendar`: otherwise the list is empty.
    """
    return [row_from_nested(Phase, row) for row in getattr(cohort, "nested_phases", ())]


def dated_sessions(cohort: Cohort) -> list[tuple[date, Session]]:
    """Return pairs of first day and session, for the sessions of a cohort that have a day; cancelled ones are left out.

    The cohort must have been read `with_calendar`: otherwise the list is empty.
    """
    return [(session.first_day, session) for session in sessions_of(cohort) if session.first_day]


def _phase_bands(cohort: Cohort) -> list[TimelineBand]:
    """Return the bands of a cohort's row on a timeline: its phases, or one band from its first to its last day without
    phases.

    Empty when it has neither phases nor both dates.
    """
    phases = [_phase_band(phase.starts_on, phase.ends_on, PhaseKind(phase.kind)) for phase in phases_of(cohort)]
    if phases or not (cohort.starts_on and cohort.ends_on):
        return phases
    return [TimelineBand(cohort.starts_on, cohort.ends_on, cohort.get_state_display().capitalize(), 2)]


def _phase_band(first: date, last: date, kind: PhaseKind) -> TimelineBand:
    """Return the band of a phase of this kind on a timeline."""
    return TimelineBand(first, last, str(kind.label).capitalize(), SHADES[kind])


def _proposed_row(name: str, plan: CalendarPlan) -> TimelineRow:
    """Return the row, labelled `name`, of a proposed calendar on a timeline: its phases as bands, its sessions as dots.

    Without phases, one band covers the whole calendar; sessions without days have no dot.
    """
    return TimelineRow(
        name,
        bands=[_phase_band(phase.starts_on, phase.ends_on, PhaseKind(phase.kind)) for phase in plan.phases]
        or [TimelineBand(plan.starts_on, plan.ends_on, "", 2)],
        dots=[
            SessionDot(session.days[0], _("session %(number)s") % {"number": session.number})
            for session in plan.sessions
            if session.days
        ],
    )
