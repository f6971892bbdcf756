"""Cohorts on a line of time: phases as bands, sessions as dots, exchanges as marks, today and the deadline as lines."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import OuterRef
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.calendars.planning import Plan, months_after
from cohorts.calendars.proposals import Proposed
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort, Phase, Session
from cohorts.registries import timeline_marks
from cohorts.sessions.enums import SessionState
from programmes.enums import PhaseKind
from programmes.models import Edition
from web.database.nested_rows import columns, nested, revived
from web.pages.timeline import Band, Dot, Layout, Line, Mark, Row, Timeline
from web.text.formats import day_month

SHADES = {
    PhaseKind.PREPARATION: 1,
    PhaseKind.IMMERSION: 2,
    PhaseKind.TEST_CASE: 2,
    PhaseKind.PRIORITY_CHALLENGES: 3,
    PhaseKind.HANDOVER: 1,
}
NEAR_AHEAD, NEAR_BEHIND = 2, 3
LONG = frozenset({"report", "reason", "source"})  # not needed to draw, and long

Marks = dict[int, list[Mark]]  # by edition
HELD = frozenset({SessionState.HELD, SessionState.REPORTED})


def with_calendar(cohorts: CohortQuerySet, user: User) -> CohortQuerySet:
    """Cohorts with what a line of time needs, in the statement that reads them: sessions the person may see."""
    phases = Phase.objects.filter(cohort=OuterRef("pk")).order_by("starts_on", "pk")
    sessions = Session.objects.visible_to(user).filter(cohort=OuterRef("pk"))
    sessions = sessions.exclude(state=SessionState.CANCELLED).in_order()
    return cohorts.annotate(
        nested_phases=nested(phases, *columns(Phase)),
        nested_sessions=nested(sessions, *columns(Session, but=LONG)),
    )


def cohort_layout(cohort: Cohort, *, marks: Marks, today: date) -> Layout | None:
    """One cohort alone, with its deadline; None when nothing about it is dated."""
    crossing = marks.get(cohort.edition_id, [])
    return _layout([_row(cohort, named=False)], crossing, [*_today(today), *deadline(cohort)])


def cohorts_layout(cohorts: Sequence[Cohort], *, marks: Marks, today: date) -> Layout | None:
    """Cohorts of one edition below one another; its exchanges cross them all."""
    crossing = marks.get(cohorts[0].edition_id, []) if cohorts else []
    return _layout([_row(cohort, named=True) for cohort in cohorts], crossing, _today(today))


def proposed_layout(calendars: Iterable[Proposed], *, today: date) -> Layout | None:
    """Calendars that are only proposed."""
    return _layout([_proposed_row(found.entry.name, found.plan) for found in calendars], [], _today(today))


def marks_of(cohorts: Iterable[Cohort]) -> Marks:
    """What the apps above mark on the lines of these cohorts, by edition (one statement an app)."""
    editions = {cohort.edition_id for cohort in cohorts}
    marks: Marks = {edition: [] for edition in editions}
    for find in timeline_marks if editions else ():
        for edition, found in find(editions).items():
            marks[edition] += found
    return marks


def deadline(cohort: Cohort) -> list[Line]:
    """When the format expects a first prototype in test, counted from the cohort's own start."""
    months = cohort.edition.format.first_prototype_months
    if months is None or cohort.starts_on is None or cohort.retrospective:
        return []
    day = months_after(cohort.starts_on, months)
    written = day_month(day, (get_language() or "fr")[:2])
    return [Line(day, _("%(day)s: first prototype in test") % {"day": written})]


def started(cohorts: Iterable[Cohort]) -> int:
    return sum(1 for cohort in cohorts if cohort.actual_start)


def phrase_of(edition: Edition, cohorts: Sequence[Cohort]) -> str:
    """How far an edition is, in one line."""
    months = edition.format.months
    planned = max(edition.planned_authorities or 0, len(cohorts))
    begun = ngettext("%(started)d of %(all)d authority started", "%(started)d of %(all)d authorities started", planned)
    pattern = ngettext(
        "format version %(version)d, %(months)d month", "format version %(version)d, %(months)d months", months
    )
    numbers = {"started": started(cohorts), "all": planned, "version": edition.format.version, "months": months}
    return f"{begun % numbers} · {pattern % numbers}"


def sessions_near(cohort: Cohort, today: date) -> list[Session]:
    """The few sessions around today of a cohort read `with_calendar`, the latest first."""
    sessions = [session for _day, session in dated(cohort)]
    ahead = [session for session in sessions if session.last_day and session.last_day >= today]
    behind = [session for session in sessions if session not in ahead]
    return [*behind[-NEAR_BEHIND:], *ahead[:NEAR_AHEAD]][::-1]


def _today(today: date) -> list[Line]:
    return [Line(today, _("today"), "today")]


def _layout(rows: Sequence[Row], marks: Sequence[Mark], lines: Sequence[Line]) -> Layout | None:
    """The line spans the rows and every mark; today and the deadline are left out beyond it."""
    days = [day for row in rows for day in _days(row)]
    if not days:
        return None
    days += [mark.day for mark in marks]
    return Timeline(rows, marks, lines, first=min(days), last=max(days)).layout()


def _days(row: Row) -> Iterable[date]:
    for band in row.bands:
        yield from (band.start, band.end)
    yield from (dot.day for dot in row.dots)


def _row(cohort: Cohort, *, named: bool) -> Row:
    return Row(
        cohort.name if named else "",
        bands=_bands(cohort),
        dots=[Dot(day, str(session), filled=session.state in HELD) for day, session in dated(cohort)],
        href=cohort.get_absolute_url() if named else "",
    )


def sessions_of(cohort: Cohort) -> list[Session]:
    """All that are not cancelled, by first day, of a cohort read `with_calendar`."""
    return [revived(Session, row) for row in getattr(cohort, "nested_sessions", ())]


def phases_of(cohort: Cohort) -> list[Phase]:
    """In their order, of a cohort read `with_calendar`."""
    return [revived(Phase, row) for row in getattr(cohort, "nested_phases", ())]


def dated(cohort: Cohort) -> list[tuple[date, Session]]:
    """Its sessions that have a day, each with the first one, of a cohort read `with_calendar`."""
    return [(session.first_day, session) for session in sessions_of(cohort) if session.first_day]


def _bands(cohort: Cohort) -> list[Band]:
    """Its phases; where none is known, one band over its whole life."""
    phases = [
        Band(phase.starts_on, phase.ends_on, phase.get_kind_display().capitalize(), SHADES[PhaseKind(phase.kind)])
        for phase in phases_of(cohort)
    ]
    if phases or not (cohort.starts_on and cohort.ends_on):
        return phases
    return [Band(cohort.starts_on, cohort.ends_on, cohort.get_state_display().capitalize(), 2)]


def _proposed_row(name: str, plan: Plan) -> Row:
    return Row(
        name,
        bands=[
            Band(
                phase.starts_on,
                phase.ends_on,
                str(PhaseKind(phase.kind).label).capitalize(),
                SHADES[PhaseKind(phase.kind)],
            )
            for phase in plan.phases
        ]
        or [Band(plan.starts_on, plan.ends_on, "", 2)],
        dots=[
            Dot(session.days[0], _("session %(number)s") % {"number": session.number})
            for session in plan.sessions
            if session.days
        ],
    )
