"""The days in sessions that count as costs: who is on the list of a session, and who came.

Nobody has more than one day on a date, however many sessions and cohorts. The cohort with the earliest statement on
that date counts first, then the session that begins first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, time
from math import inf
from typing import Any, Final, NamedTuple

from django.db.models import F, IntegerField, Q, QuerySet, Value

from cohorts.budget.enums import GROUP_OF_ROLE
from cohorts.cohort.enums import CohortState
from cohorts.models import Agreement, Attendance, Cohort, Membership, SessionDay, Statement
from cohorts.people.enums import CORE_ROLES
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import half_days_between
from cohorts.visibility import active_on
from web.database.arrays import among
from web.database.prepared import IdsArgument, prepared

NOT_TAKING_PLACE: Final = (SessionState.CANCELLED, SessionState.POSTPONED)
DAY_GROUP_BY_ROLE: Final = {role.value: group.value for role, group in GROUP_OF_ROLE.items()}
EXPECTED_ROLES: Final = [role for role in CORE_ROLES if role in GROUP_OF_ROLE]
HALF_DAYS_OF_A_DATE: Final = 2
NEXT_NUMBER: Final = 2**31  # after those of all statements
Period = tuple[date, date]  # the first and the last day
ALWAYS: Final = (date.min, date.max)


class PersonDay(NamedTuple):
    """A person's day in a session of a cohort: the half-days planned, and those with the person present."""

    cohort: int
    user: int
    role: str
    date: date
    starts_at: time | None
    session_day: int
    planned: int
    present: int

    @property
    def group(self) -> str:
        """The group of people whose day rate applies."""
        return DAY_GROUP_BY_ROLE[self.role]


class CountedDay(NamedTuple):
    """A person's day in a session, with the half-days of it that count as planned and as spent."""

    day: PersonDay
    planned_half_days: int
    spent_half_days: int


class StatedNext(NamedTuple):
    """A statement that is about to be issued: days count as if it was."""

    agreement: Agreement
    first_day: date
    last_day: date


def counted_days(
    cohorts: Collection[Cohort], period: Period = ALWAYS, stated_next: StatedNext | None = None
) -> Iterator[CountedDay]:
    """Yield the days of these cohorts in the period with the half-days that count (one query, two where cohorts share a
    day).

    Sessions of the same people in other cohorts are read too, so that a day counts once.
    """
    keys = {cohort.pk for cohort in cohorts}
    planned, spent = defaultdict[tuple[int, date], int](int), defaultdict[tuple[int, date], int](int)
    days = list(_days(IdsArgument(sorted(keys)), period))
    stated = _stated_periods(days)
    if stated_next:
        for key in keys if stated_next.agreement.cohort_id is None else {stated_next.agreement.cohort_id}:
            stated[key].append((NEXT_NUMBER, stated_next.first_day, stated_next.last_day))

    def precedence(day: PersonDay) -> tuple[Any, ...]:
        numbers = [number for number, first, last in stated.get(day.cohort, ()) if first <= day.date <= last]
        return day.date, min(numbers, default=inf), day.starts_at or time.min, day.session_day, day.role

    for day in sorted(days, key=precedence):
        person_date = day.user, day.date
        newly_planned = min(day.planned, HALF_DAYS_OF_A_DATE - planned[person_date])
        newly_spent = min(day.present, HALF_DAYS_OF_A_DATE - spent[person_date])
        planned[person_date] += newly_planned
        spent[person_date] += newly_spent
        if day.cohort in keys:
            yield CountedDay(day, newly_planned, newly_spent)


def _stated_periods(days: Collection[PersonDay]) -> dict[int, list[tuple[int, date, date]]]:
    """Return the number, the first and the last day of each statement, by cohort; the lowest number was issued first.

    Only for cohorts that share a day: someone has a day there and in another cohort on the same date.
    """
    cohorts_of_dates = defaultdict(set)
    for day in days:
        cohorts_of_dates[day.user, day.date].add(day.cohort)
    periods = defaultdict(list)
    shared = set[int]().union(*(cohorts for cohorts in cohorts_of_dates.values() if len(cohorts) > 1))
    for cohort, number, first, last in _statements_on(IdsArgument(sorted(shared))) if shared else ():
        periods[cohort].append((number, first, last))
    return periods


@prepared
def _statements_on(cohorts: IdsArgument) -> QuerySet[Statement, tuple[int, int, date, date]]:
    """Return the number, the first and the last day of the statements on these cohorts, each with the cohort."""
    path = "agreement__edition__cohorts"
    rows = Statement.objects.filter(Q(agreement__cohort=None) | Q(agreement__cohort=F(path)), among(path, cohorts))
    return rows.values_list(path, "number", "first_day", "last_day")


def _days(cohorts: IdsArgument, period: Period) -> Iterator[PersonDay]:
    """Yield the days in the period of members of these cohorts in sessions of any cohort (one query).

    Everyone on the list counts as planned, present or not; in withdrawn cohorts nobody does. In a draft without a list
    each person counts once, under the first role of `CORE_ROLES`.
    """
    drafts: dict[tuple[int, int], PersonDay] = {}
    first_day, last_day = period
    for cohort, user, role, day, starts_at, key, ends_at, present, state in _rows_of_days(cohorts):
        if not first_day <= day <= last_day:
            continue
        planned = 0 if state == CohortState.WITHDRAWN else half_days_between(starts_at, ends_at)
        if present is not None:
            yield PersonDay(cohort, user, role, day, starts_at, key, planned, present)
            continue
        earlier = drafts.get((key, user))
        first_role = min(role, earlier.role if earlier else role, key=EXPECTED_ROLES.index)
        drafts[key, user] = PersonDay(cohort, user, first_role, day, starts_at, key, planned, 0)
    yield from drafts.values()


@prepared
def _rows_of_days(cohorts: IdsArgument) -> QuerySet[Any, tuple[Any, ...]]:
    """Return the days on whose list members of these cohorts are, without cancelled and postponed sessions, and those
    of drafts without a list at which they will be expected, as the planner places them.

    The columns are cohort, person, role, date, start, key of the day, end, half-days present, state of the cohort; a
    draft has no half-days.
    """
    people = Membership.objects.filter(among("cohort", cohorts)).values("user")
    listed = Attendance.objects.filter(member__user__in=people, member__role__in=DAY_GROUP_BY_ROLE)
    listed = listed.exclude(day__session__state__in=NOT_TAKING_PLACE)
    on_list = ("day__date", "day__starts_at", "day", "day__ends_at", "half_days", "day__session__cohort__state")
    path = "session__cohort__memberships__"
    drafts = SessionDay.objects.filter(
        active_on(F("date"), path),
        session__state=SessionState.DRAFT,
        session__cohort__memberships__role__in=EXPECTED_ROLES,
        session__cohort__memberships__user__in=people,
        attendances=None,
    ).exclude(session__cohort__state=CohortState.WITHDRAWN)
    expected = ("date", "starts_at", "pk", "ends_at", Value(None, IntegerField()), "session__cohort__state")
    return listed.values_list("day__session__cohort", "member__user", "member__role", *on_list).union(
        drafts.values_list("session__cohort", f"{path}user", f"{path}role", *expected), all=True
    )
