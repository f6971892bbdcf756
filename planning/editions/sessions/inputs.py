"""Read what the plans of the sessions of cohorts that share people depend on, in the form that the solver takes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import permutations
from typing import Any, Final, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet

from cohorts.calendars.busy_days import NOT_IN_CALENDAR
from cohorts.calendars.replanning import with_has_list
from cohorts.cohort.residencies import gets_new_days
from cohorts.hooks import cohort_hooks
from cohorts.models import Cohort, Membership, Session, SessionDay
from cohorts.people.enums import CORE_ROLES
from cohorts.sessions.enums import SessionKind
from planning.editions.shared_people import session_text
from planning.models import SessionPlan
from planning.solver.sessions import (
    Days,
    DaysOption,
    EditionSessions,
    OpenSession,
    Pair,
    SessionRule,
    SessionRuleKind,
    pair_of,
    people_rule,
)
from programmes.models import CalendarPeriod
from programmes.workdays import (
    ONE_DAY,
    Calendar,
    Period,
    PeriodKind,
    days_between,
    in_period,
    is_bridge,
    is_closed_season,
    is_monday_or_friday,
    is_school_holiday,
    is_working_day,
    periods_near,
)
from web.database.arrays import among
from web.database.prepared import IdsArgument, prepared
from web.forms.edit_conflicts import fingerprint
from web.site_addresses import cached_reverse

MAX_MOVE: Final = timedelta(weeks=6)  # from the present first day
MAX_MOVE_OF_CHANGES: Final = timedelta(weeks=26)  # from it, for the changes that make a plan possible
# What a day costs, in days that a session moves.
BRIDGE_COST, MONDAY_OR_FRIDAY_COST, INTERRUPTED_COST = 5, 1, 5


@dataclass(frozen=True, slots=True)
class SharedPerson:
    """Someone who belongs to two cohorts, by name, from a first to a last day."""

    name: str
    first: date
    last: date


class PlannedSession(NamedTuple):
    """What plans read of a session; `cohort` is the slug of its cohort, `days` are its days in order.

    A page reads hundreds of them: as model instances, they took half of its time.
    """

    pk: int
    cohort: str
    cohort_name: str
    number: str
    kind: str
    state: str
    version: int
    has_list: bool
    days: Days

    def __str__(self) -> str:
        return session_text(self.cohort_name, self.number)

    def get_absolute_url(self) -> str:
        return cached_reverse("cohorts:session", self.pk)


class CohortMembership(NamedTuple):
    """A membership of someone who belongs to two cohorts; `cohort` and `edition` are ids."""

    user: int
    name: str
    cohort: int
    cohort_slug: str
    edition: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, kw_only=True)
class SessionInputs:
    """The cohorts of an edition that share people with another cohort, of any edition, and the sessions of all these
    from `today` on.

    `sessions` are in order of time. `people` are those that two cohorts share. `days_taken` are the days on which the
    edition meets, or may meet.
    """

    plan: SessionPlan
    today: date
    cohorts: Mapping[str, Cohort]
    sessions: tuple[PlannedSession, ...]
    people: Mapping[Pair, tuple[SharedPerson, ...]]
    periods: tuple[Period, ...]
    days_taken: frozenset[date]

    @cached_property
    def shared(self) -> dict[Pair, tuple[tuple[date, date], ...]]:
        """The times in which two cohorts share someone, by their first and last days."""
        return {pair: tuple(sorted({(each.first, each.last) for each in own})) for pair, own in self.people.items()}

    @cached_property
    def movable(self) -> tuple[PlannedSession, ...]:
        """The drafts of the edition's cohorts, to come, whose days can change: nobody is on their list."""
        return tuple(session for session in self.sessions if self._can_move(session))

    @cached_property
    def movable_keys(self) -> frozenset[int]:
        """The keys of the sessions whose days can change."""
        return frozenset(session.pk for session in self.movable)

    def _can_move(self, session: PlannedSession) -> bool:
        """Return whether a plan may give new days to a session."""
        cohort = self.cohorts.get(session.cohort)
        is_draft = cohort is not None and gets_new_days(session, cohort) and not session.has_list
        return is_draft and session.days[0] > self.today

    def shared_names(self, pair: Pair, day: date | None = None) -> str:
        """Return the names of the people whom two cohorts share, on a day or at all."""
        people = self.people.get(pair, ())
        return ", ".join(dict.fromkeys(each.name for each in people if day is None or each.first <= day <= each.last))

    @cached_property
    def by_day(self) -> Mapping[date, list[PlannedSession]]:
        """The sessions of each day."""
        sessions = defaultdict(list)
        for session in self.sessions:
            for day in session.days:
                sessions[day].append(session)
        return sessions

    def in_conflict(self, session: PlannedSession, days: Days) -> Iterator[tuple[date, PlannedSession]]:
        """Yield the sessions that people of the session's cohort are expected at too on these days, day by day."""
        spans = self._shared_with.get(session.cohort, {})
        for day in days:
            for other in self.by_day.get(day, ()):
                for first, last in spans.get(other.cohort, ()):
                    if first <= day <= last:
                        yield day, other
                        break

    @cached_property
    def _shared_with(self) -> Mapping[str, Mapping[str, tuple[tuple[date, date], ...]]]:
        """For each cohort, the other ones with which it shares someone, and in which times."""
        shared_with: dict[str, dict[str, tuple[tuple[date, date], ...]]] = defaultdict(dict)
        for (cohort, other), spans in self.shared.items():
            shared_with[cohort][other] = spans
            shared_with[other][cohort] = spans
        return shared_with

    @cached_property
    def fingerprint(self) -> str:
        """A hash of what the plans are calculated from."""
        cohorts = [(row.slug, row.starts_on, row.ends_on, row.authority.calendar) for row in self.cohorts.values()]
        sessions = [(row.pk, row.version, row.pk in self.movable_keys, row.days) for row in self.sessions]
        periods = [(row.start, row.end, row.kind, sorted(row.zones), sorted(row.subdivisions)) for row in self.periods]
        more = sorted(self.shared.items()), sorted(self.days_taken), sorted(self.plan.locked)
        return fingerprint(cohorts, sessions, periods, more)


def read_sessions(plan: SessionPlan, today: date) -> SessionInputs:
    """Return what the plans of an edition's sessions depend on, as of `today`: four statements, and those of other
    apps.
    """
    memberships = list(map(CohortMembership._make, _memberships_in_two(plan.edition_id, today)))
    people = _shared_people(memberships, plan.edition_id)
    slugs = {slug for pair in people for slug in pair}
    keys = IdsArgument({each.cohort for each in memberships if each.cohort_slug in slugs})
    sessions = tuple(PlannedSession._make([*values, tuple(dates)]) for *values, dates in _sessions(keys, today))
    last = max((session.days[-1] for session in sessions), default=today) + MAX_MOVE_OF_CHANGES
    days = list(days_between(today, last)) if sessions else []
    return SessionInputs(
        plan=plan,
        today=today,
        cohorts={row.slug: row for row in _cohorts(plan.edition_id, keys)},
        sessions=sessions,
        people=people,
        periods=CalendarPeriod.objects.as_periods(),
        days_taken=frozenset(
            each.day for hooks in cohort_hooks if days for each in hooks.days_taken(plan.edition_id, days)
        ),
    )


@prepared
def _memberships_in_two(edition: int, today: date) -> QuerySet[Membership, tuple[Any, ...]]:
    """Return the memberships, current on `today` or later, of people of an edition who belong to two cohorts, in the
    columns of `CohortMembership`.

    Ambassadors, pilots, residents and coordinators count.
    """
    core = Membership.objects.filter(role__in=CORE_ROLES).exclude(ends_on__lt=today)
    in_two = core.order_by().values("user").annotate(n=Count("cohort", distinct=True)).filter(n__gt=1).values("user")
    rows = core.filter(user__in=in_two).filter(user__in=core.filter(cohort__edition=edition).values("user"))
    columns = ("user", "user__full_name", "cohort", "cohort__slug", "cohort__edition", "starts_on", "ends_on")
    return rows.order_by("user__full_name", "pk").values_list(*columns)


def _shared_people(memberships: Iterable[CohortMembership], edition: int) -> dict[Pair, tuple[SharedPerson, ...]]:
    """Return the people that two cohorts share, by name; one cohort at least belongs to the edition."""
    by_user, shared = defaultdict(list), defaultdict(list)
    for membership in memberships:
        by_user[membership.user].append(membership)
    for memberships_of_one in by_user.values():
        for one, other in permutations(memberships_of_one, 2):
            if one.edition != edition or one.cohort == other.cohort:
                continue
            first = max(one.starts_on, other.starts_on)
            last = min(one.ends_on or date.max, other.ends_on or date.max)
            if first <= last:
                pair = pair_of(one.cohort_slug, other.cohort_slug)
                shared[pair].append(SharedPerson(one.name, first, last))
    return {pair: tuple(dict.fromkeys(people)) for pair, people in shared.items()}


@prepared
def _cohorts(edition: int, keys: IdsArgument) -> QuerySet[Cohort]:
    """Return those of these cohorts that are current and belong to an edition, by name."""
    rows = Cohort.objects.current().filter(among("pk", keys), edition=edition)
    return rows.select_related("authority", "edition__programme").order_by("name", "pk")


@prepared
def _sessions(cohorts: IdsArgument, today: date) -> QuerySet[Session, tuple[Any, ...]]:
    """Return the sessions of these cohorts that end on `today` or later, in order of time, in the columns of
    `PlannedSession`.
    """
    rows = with_has_list(Session.objects.at_work().filter(among("cohort", cohorts), last_day__gte=today))
    dates = ArraySubquery(SessionDay.objects.filter(session=OuterRef("pk")).order_by("date").values("date"))
    columns = ("pk", "cohort__slug", "cohort__name", "number", "kind", "state", "version", "has_list")
    return rows.exclude(state__in=NOT_IN_CALENDAR).order_by("first_day", "pk").values_list(*columns, dates)


def edition_sessions(inputs: SessionInputs) -> EditionSessions:
    """Return the sessions whose days can change in the form that the solver takes, each with its options."""
    return EditionSessions(sessions=tuple(_open_session(inputs, row) for row in inputs.movable), shared=inputs.shared)


def _open_session(inputs: SessionInputs, session: PlannedSession) -> OpenSession:
    """Return a session with its options: of those that break rules, the cheapest of each week."""
    current = session.days
    options: dict[object, DaysOption] = {}
    for option in _options(inputs, session, current):
        week = option.days[0].isocalendar()[:2] if option.broken_rules else option.days
        key = (option.broken_rules, week)
        options[key] = min(options.get(key, option), option, key=lambda each: each.cost)
    return OpenSession(str(session.pk), session.cohort, current, tuple(options.values()))


def _options(inputs: SessionInputs, session: PlannedSession, current: Days) -> Iterator[DaysOption]:
    """Yield the days that a session could have, the present ones first: successive working days between the sessions of
    its cohort that keep theirs.

    An on-site week begins on the same day of the week.
    """
    cohort, key = inputs.cohorts[session.cohort], str(session.pk)
    is_locked = session.pk in inputs.plan.locked
    fixed = [row for row in inputs.sessions if row.cohort == session.cohort and row.pk not in inputs.movable_keys]
    closed = {*inputs.days_taken, *(day for row in fixed for day in row.days)}
    if is_locked or closed.isdisjoint(current):
        yield DaysOption(current, 0, _people_rules(inputs, session, current))
    first, last = _limits(inputs, cohort, current, [row.days for row in fixed])
    calendar, periods = cohort.authority.calendar, periods_near(inputs.periods, first, last)
    working_days = [day for day in days_between(first, last) if is_working_day(day, calendar)]
    for at in range(len(working_days) - len(current) + 1):
        days = tuple(working_days[at : at + len(current)])
        begins_on_other_weekday = session.kind == SessionKind.IMMERSION and days[0].weekday() != current[0].weekday()
        if days == current or begins_on_other_weekday or not closed.isdisjoint(days):
            continue
        kinds = {SessionRuleKind.LOCKED} if is_locked else set()
        kinds |= {SessionRuleKind.NEAR} if abs(days[0] - current[0]) > MAX_MOVE else set()
        kinds |= {SessionRuleKind.HOLIDAYS} if _is_closed(days, calendar, periods) else set()
        rules = {SessionRule(kind, key) for kind in kinds}
        yield DaysOption(days, cost_of(days, current, calendar), _people_rules(inputs, session, days) | rules)


def _limits(inputs: SessionInputs, cohort: Cohort, current: Days, fixed: Iterable[Days]) -> tuple[date, date]:
    """Return the first and the last day that a session could have: within the cohort's dates, not before tomorrow, and
    between the sessions that keep their days.
    """
    fixed = list(fixed)
    before = [days[-1] + ONE_DAY for days in fixed if days[0] <= current[0]]
    after = [days[0] - ONE_DAY for days in fixed if days[0] > current[0]]
    first = max(inputs.today + ONE_DAY, current[0] - MAX_MOVE_OF_CHANGES, cohort.starts_on or date.min, *before)
    return first, min(current[-1] + MAX_MOVE_OF_CHANGES, cohort.ends_on or date.max, *after)


def _people_rules(inputs: SessionInputs, session: PlannedSession, days: Days) -> frozenset[SessionRule]:
    """Return the rules that a session breaks on these days because of sessions of other cohorts that keep theirs."""
    fixed = (other for _day, other in inputs.in_conflict(session, days) if other.pk not in inputs.movable_keys)
    return frozenset(people_rule(pair_of(session.cohort, other.cohort)) for other in fixed)


def _is_closed(days: Days, calendar: Calendar, periods: Collection[Period]) -> bool:
    """Return whether one of the days is in school holidays, summer, the end of the year, or a closed period."""
    return any(
        is_closed_season(day)
        or is_school_holiday(day, calendar, periods)
        or in_period(PeriodKind.CLOSED, day, calendar, periods)
        for day in days
    )


def cost_of(days: Days, current: Days, calendar: Calendar) -> int:
    """Return what other days than the present ones cost: how far they are, and those that do not suit."""
    unsuitable = sum(
        BRIDGE_COST * is_bridge(day, calendar) + MONDAY_OR_FRIDAY_COST * is_monday_or_friday(day) for day in days
    )
    is_interrupted = (days[-1] - days[0]).days >= len(days)
    return abs((days[0] - current[0]).days) + unsuitable + INTERRUPTED_COST * is_interrupted
