"""The days in sessions that count as costs: who is on the list of a session, and who came.

Nobody has more than one day on a date, however many sessions and cohorts. The cohort with the earliest statement on
that date counts first, then the session that begins first.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, time
from math import inf
from typing import Any, Final, NamedTuple

from django.db.models import F, Q

from cohorts.budget.enums import GROUP_OF_ROLE
from cohorts.cohort.enums import CohortState
from cohorts.models import Agreement, Attendance, Cohort, Membership, SessionDay, Statement
from cohorts.people.enums import CORE_ROLES, MembershipRole
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import half_days_between
from cohorts.visibility import active_on

NOT_TAKING_PLACE: Final = (SessionState.CANCELLED, SessionState.POSTPONED)
EXPECTED_ROLES: Final = [role for role in CORE_ROLES if role in GROUP_OF_ROLE]
HALF_DAYS_OF_A_DATE: Final = 2
NEXT_NUMBER: Final = 2**31  # after those of all statements


@dataclass(frozen=True, slots=True)
class PersonDay:
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
        return GROUP_OF_ROLE[MembershipRole(self.role)].value


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


def counted_days(cohorts: Collection[Cohort], stated_next: StatedNext | None = None) -> Iterator[CountedDay]:
    """Yield the days of these cohorts with the half-days that count (two queries, three where cohorts share a day).

    Sessions of the same people in other cohorts are read too, so that a day counts once.
    """
    keys = {cohort.pk for cohort in cohorts}
    planned, spent = Counter[tuple[int, date]](), Counter[tuple[int, date]]()
    days = [*_days_on_lists(cohorts), *_days_of_drafts(cohorts)]
    stated = _stated_periods(days)
    if stated_next:
        for key in keys if stated_next.agreement.cohort_id is None else {stated_next.agreement.cohort_id}:
            stated[key].append((NEXT_NUMBER, stated_next.first_day, stated_next.last_day))

    def precedence(day: PersonDay) -> tuple[Any, ...]:
        numbers = [number for number, first, last in stated[day.cohort] if first <= day.date <= last]
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
    if shared := set[int]().union(*(cohorts for cohorts in cohorts_of_dates.values() if len(cohorts) > 1)):
        cohort_path = "agreement__edition__cohorts"
        rows = Statement.objects.filter(
            Q(agreement__cohort=None) | Q(agreement__cohort=F(cohort_path)), **{f"{cohort_path}__in": shared}
        )
        for cohort, *period in rows.values_list(cohort_path, "number", "first_day", "last_day"):
            periods[cohort].append(tuple(period))
    return periods


def _days_on_lists(cohorts: Collection[Cohort]) -> Iterator[PersonDay]:
    """Yield the days on whose list members of these cohorts are, in any cohort, without cancelled and postponed
    sessions.

    Everyone on the list counts as planned, present or not; in withdrawn cohorts nobody does.
    """
    people = Membership.objects.filter(cohort__in=cohorts).values("user")
    rows = Attendance.objects.filter(member__user__in=people, member__role__in=GROUP_OF_ROLE)
    rows = rows.exclude(day__session__state__in=NOT_TAKING_PLACE).order_by()
    cohort_path = "day__session__cohort"
    columns = (cohort_path, "member__user", "member__role", "day__date", "day__starts_at", "day", "day__ends_at")
    values = rows.values_list(*columns, "half_days", f"{cohort_path}__state")
    for cohort, user, role, day, starts_at, key, ends_at, half_days, state in values:
        planned = 0 if state == CohortState.WITHDRAWN else half_days_between(starts_at, ends_at)
        yield PersonDay(cohort, user, role, day, starts_at, key, planned, half_days)


def _days_of_drafts(cohorts: Collection[Cohort]) -> Iterator[PersonDay]:
    """Yield the days of members of these cohorts who will be expected in a session that is still a draft, in any
    cohort, as the planner places them: each person once, under the first role of `CORE_ROLES`.
    """
    path = "session__cohort__memberships"
    rows = SessionDay.objects.filter(
        active_on(F("date"), f"{path}__"),
        session__state=SessionState.DRAFT,
        session__cohort__memberships__role__in=EXPECTED_ROLES,
        session__cohort__memberships__user__in=Membership.objects.filter(cohort__in=cohorts).values("user"),
        attendances=None,
    ).exclude(session__cohort__state=CohortState.WITHDRAWN)
    columns = ("session__cohort", f"{path}__user", f"{path}__role", "date", "starts_at", "pk", "ends_at")
    days: dict[tuple[int, int], PersonDay] = {}
    for cohort, user, role, day, starts_at, key, ends_at in rows.order_by().values_list(*columns):
        earlier = days.get((key, user))
        first_role = min(role, earlier.role if earlier else role, key=EXPECTED_ROLES.index)
        half_days = half_days_between(starts_at, ends_at)
        days[key, user] = PersonDay(cohort, user, first_role, day, starts_at, key, half_days, 0)
    yield from days.values()
