"""What cohorts bring to pages of calendars: their sessions, the days off that concern them, and links to add more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
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
from cohorts.models import Attendance, Cohort, Membership, Session, SessionDay
from cohorts.people.enums import CORE_ROLES
from cohorts.permissions import can_plan_sessions, cohorts_to_plan, roles_by_cohort
from cohorts.sessions.enums import SessionKind, SessionState
from cohorts.visibility import active_on
from notifications.calendars.scopes import PERSON, CalendarQuery, CalendarScope
from notifications.calendars.sources import CalendarSource
from programmes.days_off import days_off as days_off_of
from programmes.models import CalendarPeriod, Edition
from programmes.workdays import Calendar
from web.calendars.events import COLOURS, CalendarEvent, DaysOff, EventGroup
from web.database.keys import is_slug
from web.database.nested_rows import row_from_nested
from web.database.prepared import prepared
from web.dates.clock import Today, today_everywhere
from web.dates.runs import consecutive_runs
from web.site_addresses import cached_reverse
from web.text import formats
from web.text.language import active_language

MAX_CHOICES: Final = 100  # cohorts to choose from; those of others are reached from their pages
PATHS_FROM_COHORT: Final = {COHORT: "pk", EDITION: "edition"}
MOVABLE_STATES: Final = (SessionState.DRAFT, SessionState.SCHEDULED)
# What events show: a calendar has hundreds of days, and reading all columns of each took a third of its time.
DAY_FIELDS: Final = ("session", "date", "starts_at", "ends_at", "venue")
SESSION_FIELDS: Final = ("id", "kind", "number", "title", "state")
COHORT_FIELDS: Final = ("id", "edition_id", "authority_id", "code", "name", "slug")


def session_events(query: CalendarQuery) -> Iterator[CalendarEvent]:
    """Yield the sessions of a calendar, one event for days that follow each other; two statements at most.

    Postponed and cancelled sessions and imported published facts are left out.
    """
    days_of: dict[int, dict[date, Any]] = defaultdict(dict)
    for day in _days(query):
        days_of[day.session][day.date] = day
    sessions = [_session(next(iter(days.values()))) for days in days_of.values()]
    cohorts = {session.cohort for session in sessions}
    roles = roles_by_cohort(query.user, cohorts, today_everywhere()) if cohorts else {}
    for session, days in zip(sessions, days_of.values(), strict=True):
        can_plan = bool(can_plan_sessions(roles[session.cohort_id])) and session.state in MOVABLE_STATES
        for run in consecutive_runs(days):
            yield _event(session, [days[day] for day in run], can_move=can_plan)


def _days(query: CalendarQuery) -> QuerySet[SessionDay, Any]:
    """Return the session days of a calendar that the reader may see, as values: `DAY_FIELDS`, the people expected, and
    the fields of session and cohort that `_session` takes.
    """
    listed = Attendance.objects.filter(day=OuterRef("pk"), member__isnull=False, status__in=EXPECTED_OR_PRESENT)
    members = Membership.objects.filter(
        active_on(OuterRef("date")), role__in=CORE_ROLES, cohort=OuterRef("session__cohort")
    )
    visible = SessionDay.objects.visible_to(query.user).at_work()
    rows = days_in_calendar(visible, query.user, query.scope.about, query.scope.object_id)
    return (
        rows.filter(date__range=(query.first, query.last))
        .exclude(session__state__in=NOT_IN_CALENDAR)
        .annotate(
            listed_people=ArraySubquery(listed.order_by().values("member__user")),
            members_then=ArraySubquery(members.order_by().values("user")),
        )
        .order_by("session__first_day", "session", "date")[: query.limit]
        .values_list(
            *DAY_FIELDS,
            *(f"session__{name}" for name in SESSION_FIELDS),
            *(f"session__cohort__{name}" for name in COHORT_FIELDS),
            *("listed_people", "members_then"),
            named=True,
        )
    )


def _session(day: Any) -> Session:
    """Return the session of a day that `_days` read, with its cohort."""
    session = row_from_nested(Session, {name: getattr(day, f"session__{name}") for name in SESSION_FIELDS})
    session.cohort = row_from_nested(Cohort, {name: getattr(day, f"session__cohort__{name}") for name in COHORT_FIELDS})
    return session


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
        move_href=cached_reverse("cohorts:move_session", session.pk) if can_move else "",
        expected={day.date: frozenset(day.members_then if is_draft else day.listed_people) for day in days},
        hours={day.date: (day.starts_at, day.ends_at) for day in days if day.starts_at and day.ends_at},
    )


def _group(cohort: Cohort) -> EventGroup:
    """Return the cohort as the group of its sessions; its colour follows from its key, and so stays the same."""
    return EventGroup(cohort.code, cohort.name, scope_of(cohort).address, cohort.pk % COLOURS + 1)


def _details(session: Session, days: list[Any]) -> str:
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


@prepared
def _areas(user: User, today: Today, about: str, object_id: int) -> QuerySet[Cohort, tuple[str, str]]:
    """Return the holiday area and school zone of the current cohorts of a calendar that the user may see.

    For the user's own calendar, these are the cohorts they are in on `today`.
    """
    rows = Cohort.objects.visible_to(user).current().order_by()
    if about == PERSON:
        rows = rows.with_active_member(user, today)
    elif about in PATHS_FROM_COHORT:
        rows = rows.filter(**{PATHS_FROM_COHORT[about]: object_id})
    return rows.values_list("authority__holiday_subdivision", "authority__school_zone").distinct()


def days_off(query: CalendarQuery) -> list[DaysOff]:
    """Return the holidays and closed periods that concern the authorities of a calendar's cohorts (two statements)."""
    areas = _areas(query.user, today_everywhere(), query.scope.about, query.scope.object_id)
    calendars = [Calendar(subdivision or None, zone or None) for subdivision, zone in areas]
    periods = CalendarPeriod.objects.filter(starts_on__lte=query.last, ends_on__gte=query.first).as_periods()
    language = active_language()
    return days_off_of(calendars or [Calendar()], periods, query.first, query.last, language)


def scopes(user: User) -> Iterable[CalendarScope]:
    """Return the editions, then the cohorts, that the user may limit a calendar to (one statement).

    These are up to a hundred current cohorts by name, and their editions.
    """
    rows = _choices(user)
    editions = {CalendarScope(EDITION, *edition) for _cohort, _slug, _name, *edition in rows}
    cohorts = (CalendarScope(COHORT, *cohort) for *cohort, _edition, _edition_slug, _edition_name in rows)
    return [*sorted(editions, key=lambda edition: edition.name), *cohorts]


@prepared
def _choices(user: User) -> QuerySet[Cohort, Any]:
    """Return key, slug and name of up to a hundred current cohorts by name, and of their editions."""
    rows = Cohort.objects.visible_to(user).current().order_by("name", "pk")
    return rows.values_list("pk", "slug", "name", "edition", "edition__slug", "edition__name")[:MAX_CHOICES]


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
    slugs = _slugs_to_plan(user, today_everywhere(), scope.about, scope.object_id)
    if len(slugs) == 1:
        return reverse("cohorts:plan_session", args=slugs)
    return reverse("cohorts:new_session") if slugs else ""


@prepared
def _slugs_to_plan(user: User, today: Today, about: str, object_id: int) -> QuerySet[Cohort, str]:
    """Return the slugs of at most two cohorts of a calendar in which the user may plan sessions."""
    rows = cohorts_to_plan(user, today).order_by()
    if about in PATHS_FROM_COHORT:
        rows = rows.filter(**{PATHS_FROM_COHORT[about]: object_id})
    return rows.values_list("slug", flat=True)[:2]


SESSION_EVENTS: Final = CalendarSource(
    feed_entries=feed_entries,
    feed_name=feed_name,
    events=session_events,
    days_off=days_off,
    scopes=scopes,
    find_scope=find_scope,
    add_href=add_href,
)
