"""Read what the on-site weeks of a residency depend on, and put it into the form that the solver takes."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.attendance.enums import ATTENDED_STATUSES, AttendanceStatus
from cohorts.calendars.busy_days import NOT_IN_CALENDAR
from cohorts.calendars.replanning import sessions_in_calendar
from cohorts.cohort.format_checks import comparable_name
from cohorts.hooks import cohort_hooks
from cohorts.models import Attendance, Cohort, Membership, Session, SessionDay
from cohorts.people.enums import CORE_ROLES, MembershipRole
from cohorts.sessions.enums import SessionKind, SessionState
from cohorts.visibility import active_on, visible_rows
from planning.models import Absence, LockedWeek, PlanException, ResidencyPlan, monday_of
from planning.solver.problem import PlanRule, Residency, RuleKind
from planning.solver.scoring import WEEK
from programmes.models import CalendarPeriod
from programmes.workdays import (
    Calendar,
    PeriodKind,
    Periods,
    in_period,
    is_bridge,
    is_closed_season,
    is_school_holiday,
    is_working_day,
)
from web.database.nested_rows import column_names, nested, row_from_nested
from web.database.prepared import prepared

WORKWEEK: Final = range(5)  # Monday to Friday
MAX_WEEKS: Final = 60  # of the time in which weeks are searched
HIDDEN_COHORT: Final = _("another cohort")  # in place of a code
PERSON_FIELDS: Final = ("id", "full_name", "email")  # what pages show of people
TEAM_ROLES: Final = (MembershipRole.RESIDENT, MembershipRole.COORDINATOR)  # whose days the agreement counts


@dataclass(frozen=True)
class PlanningInputs:
    """A residency with what its plans are calculated from, and what pages show of it.

    `team` are the residents by key; `mondays` are all weeks of the board; `elsewhere` is the code of the other cohort,
    as its reader may know it, by person and week. `drafts` are the on-site weeks that can move,
    `confirmed_sessions` those that are confirmed or over. `on_site` are the people who are expected or came in on-site
    weeks, by key and week.
    """

    plan: ResidencyPlan
    residency: Residency
    team: Mapping[str, Membership]
    absences: tuple[Absence, ...]
    exceptions: tuple[PlanException, ...]
    mondays: tuple[date, ...]
    elsewhere: Mapping[tuple[str, date], str]
    drafts: tuple[Session, ...]
    confirmed_sessions: tuple[Session, ...]
    days_agreed: int | None
    days_spent: float
    days_confirmed: int
    on_site: frozenset[tuple[str, date]]

    @property
    def hosts(self) -> list[str]:
        """The hosts whose absences are recorded, by name."""
        return sorted({absence.host for absence in self.absences if absence.host})

    @property
    def fingerprint(self) -> str:
        """A hash (16 hexadecimal digits) of what the plans are calculated from."""
        return sha256(json.dumps(_plain(self.residency)).encode()).hexdigest()[:16]


def days_of_week(monday: date, calendar: Calendar) -> list[date]:
    """Return the working days of a week, from Monday to Friday, without public holidays."""
    days = (monday + timedelta(days=number) for number in WORKWEEK)
    return [day for day in days if is_working_day(day, calendar)]


def read_input(plan: ResidencyPlan, today: date, reader: User | None = None) -> PlanningInputs:
    """Return what the plans of a residency depend on, as of `today`: five statements, and those of other apps.

    The plan is loaded with its cohort, authority, edition and format. Weeks that have begun are not proposed. Cohorts
    that the `reader` may not see are not named; without a reader all are.
    """
    cohort = plan.cohort
    sessions = sessions_in_calendar(cohort)
    weeks = [session for session in sessions if session.kind == SessionKind.IMMERSION]
    drafts = [session for session in weeks if _can_move(session)]
    confirmed_sessions = [session for session in weeks if not _can_move(session) and session.first_day]
    mondays = _mondays(cohort, confirmed_sessions)
    stored = _stored_inputs(cohort.pk, today)[0]
    members = _team(stored.residents, mondays)
    absences = tuple(map(_absence, stored.absences))
    exceptions = tuple(row_from_nested(PlanException, row) for row in stored.exceptions)
    elsewhere = _elsewhere(plan, members, mondays, reader)
    spent, confirmed = (stored.half_days_spent or 0) / 2, stored.days_expected or 0
    agreed = None if cohort.planned_team_days is None else int(cohort.planned_team_days)
    residency = Residency(
        key=str(cohort.pk),
        mondays=tuple(monday for monday in mondays if monday > today),
        weeks=max(cohort.edition.format.onsite_weeks, len(confirmed_sessions), 1),
        weeks_apart=plan.weeks_apart,
        team={key: _disciplines(member) for key, member in members.items()},
        required=frozenset(map(comparable_name, cohort.edition.format.required_disciplines)),
        days_left=None if agreed is None else max(int(agreed - spent - confirmed), 0),
        confirmed_weeks=tuple(
            sorted({monday_of(session.first_day) for session in confirmed_sessions if session.first_day})
        ),
        locked=frozenset(stored.locked),
        exceptions=frozenset(exception.solver_rule for exception in exceptions),
        **_calendar_rules(cohort, sessions, absences, mondays),
        **_people_rules(members, absences, elsewhere, mondays),
    )
    return PlanningInputs(
        plan=plan,
        residency=residency,
        team=members,
        absences=absences,
        exceptions=exceptions,
        mondays=tuple(mondays),
        elsewhere=elsewhere,
        drafts=tuple(drafts),
        confirmed_sessions=tuple(confirmed_sessions),
        days_agreed=agreed,
        days_spent=spent,
        days_confirmed=confirmed,
        on_site=frozenset((str(row["user"]), monday_of(date.fromisoformat(row["day"]))) for row in stored.on_site),
    )


def _can_move(session: Session) -> bool:
    """Return whether the days of a session may still change: it is a draft, and nobody is on its list."""
    return session.state == SessionState.DRAFT and not session.has_list  # type: ignore[attr-defined] # annotated


def _mondays(cohort: Cohort, confirmed_sessions: Collection[Session]) -> list[date]:
    """Return the weeks of a cohort's time, and those of its confirmed weeks, by their Mondays; at most sixty."""
    days = [monday_of(session.first_day) for session in confirmed_sessions if session.first_day]
    first = min(filter(None, [cohort.starts_on, *days]))
    last = max(filter(None, [cohort.ends_on, *days, first]))
    count = min((last - monday_of(first)).days // 7 + 1, MAX_WEEKS)
    starts = (monday_of(first) + number * WEEK for number in range(count))
    return [monday for monday in starts if monday >= first and monday + timedelta(days=WORKWEEK[-1]) <= last] or [
        monday_of(first)
    ]


@prepared
def _stored_inputs(cohort: int, today: date) -> QuerySet[Any]:
    """Return a cohort with its residents, absences, exceptions, locked weeks and the days of its team on site in
    arrays, the half-days that its team spent with it, from attendance, and the days on which the team is expected from
    `today` on.
    """
    of_plan = {"plan__cohort": OuterRef("pk")}
    residents = Membership.objects.filter(cohort=OuterRef("pk"), role=MembershipRole.RESIDENT)
    team = Attendance.objects.filter(day__session__cohort=OuterRef("pk"), member__role__in=TEAM_ROLES).order_by()
    spent = team.filter(status__in=ATTENDED_STATUSES).values("day__session__cohort").annotate(total=Sum("half_days"))
    in_calendar = team.exclude(day__session__state__in=NOT_IN_CALENDAR)
    to_come = in_calendar.filter(status=AttendanceStatus.EXPECTED, day__date__gte=today)
    expected = to_come.values("day__session__cohort").annotate(total=Count("pk"))
    in_weeks = in_calendar.on_site().filter(day__session__kind=SessionKind.IMMERSION)
    resident_fields = {f"person_{name}": f"user__{name}" for name in PERSON_FIELDS}
    absent_fields = {f"person_{name}": f"member__user__{name}" for name in PERSON_FIELDS}
    return Cohort.objects.filter(pk=cohort).annotate(
        residents=nested(residents.order_by("starts_on", "pk"), *column_names(Membership), **resident_fields),
        absences=nested(Absence.objects.filter(**of_plan), *column_names(Absence), **absent_fields),
        exceptions=nested(PlanException.objects.filter(**of_plan), *column_names(PlanException)),
        locked=ArraySubquery(LockedWeek.objects.filter(**of_plan).values("monday")),
        half_days_spent=Subquery(spent.values("total")),
        days_expected=Subquery(expected.values("total")),
        on_site=nested(in_weeks, user="member__user", day="day__date"),
    )


def _team(residents: Iterable[Mapping[str, Any]], mondays: Collection[date]) -> dict[str, Membership]:
    """Return the residents who are members on one of these weeks at least, by the key of the person."""
    members = [row_from_nested(Membership, row) for row in residents]
    for member, row in zip(members, residents, strict=True):
        member.user = _person(row)
    last, first = max(mondays) + WEEK, min(mondays)
    return {
        str(member.user_id): member
        for member in members
        if member.starts_on <= last and (member.ends_on is None or member.ends_on >= first)
    }


def _absence(row: Mapping[str, Any]) -> Absence:
    """Return an absence with its member, from the JSON object that was read of it."""
    absence = row_from_nested(Absence, row)
    if absence.member_id:
        absence.member = row_from_nested(Membership, {"id": absence.member_id, "user_id": row["person_id"]})
        absence.member.user = _person(row)
    return absence


def _person(row: Mapping[str, Any]) -> User:
    """Return the person of a JSON object, with `PERSON_FIELDS`."""
    return row_from_nested(User, {name: row[f"person_{name}"] for name in PERSON_FIELDS})


def _disciplines(member: Membership) -> frozenset[str]:
    """Return the discipline of a member as the solver compares it; none where it is not known."""
    return frozenset(filter(None, [comparable_name(member.discipline)]))


def _elsewhere(
    plan: ResidencyPlan, members: Mapping[str, Membership], mondays: Collection[date], reader: User | None
) -> dict[tuple[str, date], str]:
    """Return, by person and week, the code of another cohort that has a session with that person (one statement).

    It is “another cohort” for one that the reader may not see. On-site weeks that the same calculation places do not
    count: their drafts will move.
    """
    people = [member.user_id for member in members.values()]
    rows = SessionDay.objects.filter(
        active_on(F("date"), "session__cohort__memberships__"),
        date__range=(min(mondays), max(mondays) + WEEK),
        session__retrospective=False,
        session__cohort__memberships__user__in=people,
        session__cohort__memberships__role__in=CORE_ROLES,
    )
    rows = rows.exclude(session__state__in=NOT_IN_CALENDAR).exclude(session__cohort=plan.cohort).order_by("date", "pk")
    listed = Attendance.objects.filter(day__session=OuterRef("session"))
    is_draft_week = Q(session__kind=SessionKind.IMMERSION, session__state=SessionState.DRAFT) & ~Exists(listed)
    rows = rows.exclude(is_draft_week, session__cohort__in=plan.together) if plan.together else rows
    everything = Q(pk__isnull=False)
    is_shown = (visible_rows(reader, "session__cohort__") if reader else everything) or everything
    columns = ("session__cohort__memberships__user", "date", "session__cohort__code", "is_shown")
    days = rows.annotate(is_shown=is_shown).values_list(*columns)
    return {(str(user), monday_of(day)): code if may_see else str(HIDDEN_COHORT) for user, day, code, may_see in days}


def _calendar_rules(
    cohort: Cohort, sessions: Iterable[Session], absences: Iterable[Absence], mondays: Collection[date]
) -> dict[str, Any]:
    """Return what the calendar and the hosts have against each week, and how many days and bridges each week has."""
    calendar, periods = cohort.authority.calendar, CalendarPeriod.objects.as_periods()
    weeks = {monday: days_of_week(monday, calendar) for monday in mondays}
    taken = _taken_weeks(cohort, weeks)
    booked = {
        monday_of(day.date)
        for session in sessions
        if session.kind != SessionKind.IMMERSION and not _can_move(session)
        for day in session.days.all()
    }
    hosts = [absence for absence in absences if absence.host]
    ruled_out = {}
    for monday, days in weeks.items():
        rules = [*_closed(monday, days, calendar, periods)]
        rules += [PlanRule(RuleKind.EDITION, "", monday)] if monday in taken else []
        rules += [PlanRule(RuleKind.SESSION, "", monday)] if monday in booked else []
        rules += [
            PlanRule(RuleKind.HOST, host, monday)
            for host in sorted({each.host for each in hosts if each.is_away_in(monday)})
        ]
        ruled_out[monday] = tuple(rules)
    return {
        "days": {monday: len(days) for monday, days in weeks.items()},
        "bridges": {monday: sum(is_bridge(day, calendar) for day in days) for monday, days in weeks.items()},
        "ruled_out": ruled_out,
        "unsure_weeks": frozenset(monday for monday in weeks for each in hosts if each.is_unsure_in(monday)),
    }


def _closed(monday: date, days: Iterable[date], calendar: Calendar, periods: Periods) -> Iterator[PlanRule]:
    """Yield the rules of the calendar against a week: school holidays, and closed seasons and periods."""
    days = list(days)
    if any(is_school_holiday(day, calendar, periods) for day in days):
        yield PlanRule(RuleKind.SCHOOL_HOLIDAYS, "", monday)
    if any(is_closed_season(day) or in_period(PeriodKind.CLOSED, day, calendar, periods) for day in days):
        yield PlanRule(RuleKind.CLOSED, "", monday)


def _taken_weeks(cohort: Cohort, weeks: Mapping[date, Collection[date]]) -> set[date]:
    """Return the weeks in which the edition meets, or may meet, as other apps report."""
    days = [day for own in weeks.values() for day in own]
    return {monday_of(taken.day) for hooks in cohort_hooks for taken in hooks.days_taken(cohort.edition_id, days)}


def _people_rules(
    members: Mapping[str, Membership],
    absences: Iterable[Absence],
    elsewhere: Collection[tuple[str, date]],
    mondays: Collection[date],
) -> dict[str, Any]:
    """Return in which weeks people of the team are away or with another cohort, and in which they may be."""
    away = {key: PlanRule(RuleKind.ELSEWHERE, *key) for key in elsewhere}
    unsure = set()
    absent = [(str(each.member.user_id), each) for each in absences if each.member]
    for person, member in members.items():
        for monday in mondays:
            own = [each for key, each in absent if key == person and each.touches(monday)]
            is_member = all(member.active_on(monday + timedelta(days=number)) for number in WORKWEEK)
            if not is_member or any(each.is_away_in(monday) for each in own):
                away.setdefault((person, monday), PlanRule(RuleKind.AWAY, person, monday))
            elif own:
                unsure.add((person, monday))
    return {"away": away, "unsure_people": frozenset(unsure)}


def _plain(value: Any) -> Any:
    """Return values of a residency as JSON has them, always in the same order."""
    if is_dataclass(value):
        return [_plain(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, Mapping):
        return sorted(([_plain(key), _plain(each)] for key, each in value.items()), key=json.dumps)
    if isinstance(value, frozenset):
        return sorted(map(_plain, value), key=json.dumps)
    if isinstance(value, tuple):
        return list(map(_plain, value))
    return value.isoformat() if isinstance(value, date) else value
