"""Cohorts on a line of time: phases as bands, sessions as dots, exchanges as marks, today and the deadline as lines."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cohorts.enums import SessionState
from cohorts.models import Cohort, Session
from cohorts.planning import Plan, months_after
from cohorts.proposals import Proposed
from cohorts.queries import CohortQuerySet
from cohorts.registries import timeline_marks
from programmes.enums import PhaseKind
from programmes.models import Edition
from web.formats import day_month
from web.timeline import Band, Dot, Layout, Line, Mark, Row, Timeline

SHADES = {
    PhaseKind.PREPARATION: 1,
    PhaseKind.IMMERSION: 2,
    PhaseKind.TEST_CASE: 2,
    PhaseKind.PRIORITY_CHALLENGES: 3,
    PhaseKind.HANDOVER: 1,
}
NEAR_AHEAD, NEAR_BEHIND = 2, 3
HELD = frozenset({SessionState.HELD, SessionState.REPORTED})


def with_calendar(cohorts: CohortQuerySet) -> CohortQuerySet:
    """Cohorts with what a line of time needs: two statements more, however many they are."""
    sessions = Session.objects.exclude(state=SessionState.CANCELLED).defer("report", "reason", "source").in_order()
    return cohorts.prefetch_related("phases", Prefetch("sessions", sessions, to_attr="dated_sessions"))


def cohort_layout(cohort: Cohort, *, today: date) -> Layout | None:
    """One cohort alone, with its deadline; None when nothing about it is dated."""
    return _layout([_row(cohort, named=False)], marks_of(cohort), [*_today(today), *deadline(cohort)])


def cohorts_layout(cohorts: Sequence[Cohort], *, today: date) -> Layout | None:
    """Cohorts of one edition below one another; its exchanges cross them all."""
    marks = marks_of(cohorts[0]) if cohorts else []
    return _layout([_row(cohort, named=True) for cohort in cohorts], marks, _today(today))


def proposed_layout(calendars: Iterable[Proposed], *, today: date) -> Layout | None:
    """Calendars that are only proposed."""
    return _layout([_proposed_row(found.entry.name, found.plan) for found in calendars], [], _today(today))


def marks_of(cohort: Cohort) -> list[Mark]:
    """What the apps above mark on the cohort's line; an exchange belongs to all cohorts of an edition."""
    return [mark for marks in timeline_marks for mark in marks(cohort)]


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
    sessions: list[Session] = getattr(cohort, "dated_sessions", [])
    return sessions


def dated(cohort: Cohort) -> list[tuple[date, Session]]:
    """Its sessions that have a day, each with the first one, of a cohort read `with_calendar`."""
    return [(session.first_day, session) for session in sessions_of(cohort) if session.first_day]


def _bands(cohort: Cohort) -> list[Band]:
    """Its phases; where none is known, one band over its whole life."""
    phases = [
        Band(phase.starts_on, phase.ends_on, phase.get_kind_display().capitalize(), SHADES[PhaseKind(phase.kind)])
        for phase in cohort.phases.all()
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
