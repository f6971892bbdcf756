"""What cohorts bring to pages of calendars: their sessions, the days off that concern them, and links to add more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.attendance.enums import EXPECTED_OR_PRESENT
from cohorts.calendars.busy_days import NOT_IN_CALENDAR
from cohorts.calendars.feeds import (
    COHORT,
    EDITION,
    days_in_calendar,
    feed_entries,
    feed_name,
    scope_of,
)
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Attendance, Cohort, Membership, Session, SessionDay
from cohorts.people.enums import CORE_ROLES
from cohorts.permissions import can_plan_sessions, cohorts_to_plan, roles_by_cohort
from cohorts.sessions.enums import SessionKind, SessionState
from cohorts.sessions.models import SessionDayQuerySet
from cohorts.visibility import active_on
from notifications.calendars.scopes import PERSON, CalendarQuery, CalendarScope
from notifications.calendars.sources import CalendarSource
from programmes.days_off import days_off as days_off_of
from programmes.models import CalendarPeriod, Edition
from programmes.workdays import Calendar
from web.calendars.events import COLOURS, CalendarEvent, DaysOff, EventGroup
from web.database.keys import is_slug
from web.dates.clock import today_everywhere
from web.dates.runs import consecutive_runs
from web.text import formats
from web.text.language import active_language

MAX_CHOICES: Final = 100  # cohorts to choose from; those of others are reached from their pages
MOVABLE_STATES: Final = (SessionState.DRAFT, SessionState.SCHEDULED)


def session_events(query: CalendarQuery) -> Iterator[CalendarEvent]:
    """Yield the sessions of a calendar, one event for days that follow each other; two statements at most.

    Postponed and cancelled sessions and imported published facts are left out.
    """
    days_of: dict[Session, dict[date, SessionDay]] = defaultdict(dict)
    for day in _days(query):
        days_of[day.session][day.date] = day
    cohorts = {session.cohort for session in days_of}
    roles = roles_by_cohort(query.user, cohorts, today_everywhere()) if cohorts else {}
    for session, days in days_of.items():
        can_plan = bool(can_plan_sessions(roles[session.cohort_id])) and session.state in MOVABLE_STATES
        for run in consecutive_runs(days):
            yield _event(session, [days[day] for day in run], can_move=can_plan)


def _days(query: CalendarQuery) -> SessionDayQuerySet:
    """Return the session days of a calendar that the reader may see, with session, cohort and the people expected."""
    listed = Attendance.objects.filter(day=OuterRef("pk"), member__isnull=False, status__in=EXPECTED_OR_PRESENT)
    members = Membership.objects.filter(
        active_on(OuterRef("date")), role__in=CORE_ROLES, cohort=OuterRef("session__cohort")
    )
    visible = SessionDay.objects.visible_to(query.user).at_work()
    rows = days_in_calendar(visible, query.user, query.scope.about, query.scope.object_id)
    return (
        rows.filter(date__range=(query.first, query.last))
        .exclude(session__state__in=NOT_IN_CALENDAR)
        .select_related("session__cohort")
        .annotate(
            listed_people=ArraySubquery(listed.order_by().values("member__user")),
            members_then=ArraySubquery(members.order_by().values("user")),
        )
        .order_by("date", "pk")[: query.limit]
    )


def _event(session: Session, days: list[Any], *, can_move: bool) -> CalendarEvent:
    """Return the event of a session on days that follow each other; with a link to move it if `can_move`.

    At a draft the cohort's members are expected, at any other session the people on its list.
    """
    is_draft = session.state == SessionState.DRAFT
    return CalendarEvent(
        key=f"session-{session.pk}-{days[0].date}",
        days=tuple(day.date for day in days),
        title=str(session),
        href=session.get_absolute_url(),
        group=_group(session.cohort),
        details=_details(session, days),
        state=session.get_state_display() if is_draft else "",
        move_href=reverse("cohorts:move_session", args=[session.pk]) if can_move else "",
        expected={day.date: frozenset(day.members_then if is_draft else day.listed_people) for day in days},
        hours={day.date: (day.starts_at, day.ends_at) for day in days if day.starts_at and day.ends_at},
    )


def _group(cohort: Cohort) -> EventGroup:
    """Return the cohort as the group of its sessions; its colour follows from its key, and so stays the same."""
    return EventGroup(cohort.code, cohort.name, scope_of(cohort).address, cohort.pk % COLOURS + 1)


def _details(session: Session, days: list[SessionDay]) -> str:
    """Return the kind of an on-site week, the hours where they are the same each day, and the venues, in words."""
    language = active_language()
    hours = {(day.starts_at, day.ends_at) for day in days}
    starts, ends = next(iter(hours)) if len(hours) == 1 else (None, None)
    parts = [
        _("on-site week") if session.kind == SessionKind.IMMERSION else "",
        _("%(from)s to %(to)s") % {"from": formats.clock(starts, language), "to": formats.clock(ends, language)}
        if starts and ends
        else "",
        *dict.fromkeys(day.venue for day in days),
    ]
    return ", ".join(filter(None, parts))


def _cohorts(user: User, scope: CalendarScope) -> CohortQuerySet:
    """Return the current cohorts of a calendar that the user may see; for their own, those they are in today."""
    rows = Cohort.objects.visible_to(user).current()
    if scope.about == PERSON:
        return rows.with_active_member(user, today_everywhere())
    if scope.about == COHORT:
        return rows.filter(pk=scope.object_id)
    return rows.filter(edition=scope.object_id) if scope.about == EDITION else rows


def days_off(query: CalendarQuery) -> list[DaysOff]:
    """Return the holidays and closed periods that concern the authorities of a calendar's cohorts (two statements)."""
    areas = _cohorts(query.user, query.scope).order_by()
    rows = areas.values_list("authority__holiday_subdivision", "authority__school_zone").distinct()
    calendars = [Calendar(subdivision or None, zone or None) for subdivision, zone in rows]
    periods = CalendarPeriod.objects.filter(starts_on__lte=query.last, ends_on__gte=query.first).as_periods()
    language = active_language()
    return days_off_of(calendars or [Calendar()], periods, query.first, query.last, language)


def scopes(user: User) -> Iterable[CalendarScope]:
    """Return the editions, then the cohorts, that the user may limit a calendar to (one statement).

    These are up to a hundred current cohorts by name, and their editions.
    """
    rows = Cohort.objects.visible_to(user).current().select_related("edition").order_by("name", "pk")[:MAX_CHOICES]
    cohorts = list(rows)
    editions = sorted({cohort.edition for cohort in cohorts}, key=lambda edition: edition.name)
    return [*map(scope_of, editions), *map(scope_of, cohorts)]


def find_scope(user: User, about: str, slug: str) -> CalendarScope | None:
    """Return the scope of the cohort or edition with this slug, if the user may see it (one statement), else None."""
    rows: Any = {COHORT: Cohort, EDITION: Edition}.get(about) if is_slug(slug) else None
    row = rows.objects.visible_to(user).filter(slug=slug).first() if rows else None
    return scope_of(row) if row else None


def add_href(user: User, scope: CalendarScope) -> str:
    """Return the page that adds a session to a calendar: the form of a cohort if the user may plan one only, else a
    page that asks which.

    "" where the user may plan none (one statement).
    """
    rows = cohorts_to_plan(user, today_everywhere())
    if scope.about in (COHORT, EDITION):
        rows = rows.filter(**{"pk" if scope.about == COHORT else "edition": scope.object_id})
    slugs = list(rows.order_by().values_list("slug", flat=True)[:2])
    if len(slugs) == 1:
        return reverse("cohorts:plan_session", args=slugs)
    return reverse("cohorts:new_session") if slugs else ""


SESSION_EVENTS: Final = CalendarSource(
    feed_entries=feed_entries,
    feed_name=feed_name,
    events=session_events,
    days_off=days_off,
    scopes=scopes,
    find_scope=find_scope,
    add_href=add_href,
)
