"""Read what the plans of the sessions of cohorts that share people depend on, in the form that the solver takes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef

from cohorts.calendars.busy_days import NOT_IN_CALENDAR
from cohorts.calendars.replanning import with_has_list
from cohorts.cohort.residencies import gets_new_days
from cohorts.hooks import cohort_hooks
from cohorts.models import Cohort, Membership, Session, SessionDay
from cohorts.people.enums import CORE_ROLES
from cohorts.sessions.enums import SessionKind
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
    share_someone,
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
from web.forms.edit_conflicts import fingerprint

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


@dataclass(frozen=True, kw_only=True)
class SessionInputs:
    """The cohorts of an edition that share people with another cohort, of any edition, and the sessions of all these
    from `today` on.

    `sessions` are in order of time; `days` are those of each, by key. `people` are those that two cohorts share.
    `days_taken` are the days on which the edition meets, or may meet.
    """

    plan: SessionPlan
    today: date
    cohorts: Mapping[str, Cohort]
    sessions: tuple[Session, ...]
    days: Mapping[int, Days]
    people: Mapping[Pair, tuple[SharedPerson, ...]]
    periods: tuple[Period, ...]
    days_taken: frozenset[date]

    @cached_property
    def shared(self) -> dict[Pair, tuple[tuple[date, date], ...]]:
        """The times in which two cohorts share someone, by their first and last days."""
        return {pair: tuple(sorted({(each.first, each.last) for each in own})) for pair, own in self.people.items()}

    @cached_property
    def movable(self) -> tuple[Session, ...]:
        """The drafts of the edition's cohorts, to come, whose days can change: nobody is on their list."""
        return tuple(session for session in self.sessions if self._can_move(session))

    @cached_property
    def movable_keys(self) -> frozenset[int]:
        """The keys of the sessions whose days can change."""
        return frozenset(session.pk for session in self.movable)

    def _can_move(self, session: Session) -> bool:
        """Return whether a plan may give new days to a session."""
        is_to_come = session.first_day is not None and session.first_day > self.today
        is_draft = gets_new_days(session, session.cohort) and not session.has_list  # type: ignore[attr-defined] # annotated
        return is_to_come and is_draft and session.cohort.slug in self.cohorts

    def shared_names(self, pair: Pair, day: date | None = None) -> str:
        """Return the names of the people whom two cohorts share, on a day or at all."""
        people = self.people.get(pair, ())
        return ", ".join(dict.fromkeys(each.name for each in people if day is None or each.first <= day <= each.last))

    @cached_property
    def by_day(self) -> Mapping[date, list[Session]]:
        """The sessions of each day."""
        found = defaultdict(list)
        for session in self.sessions:
            for day in self.days[session.pk]:
                found[day].append(session)
        return found

    def in_conflict(self, session: Session, days: Days) -> Iterator[tuple[date, Session]]:
        """Yield the sessions that people of the session's cohort are expected at too on these days, day by day."""
        for day in days:
            for other in self.by_day.get(day, ()):
                pair = pair_of(session.cohort.slug, other.cohort.slug)
                if other.cohort_id != session.cohort_id and share_someone(self.shared, pair, day):
                    yield day, other

    @cached_property
    def fingerprint(self) -> str:
        """A hash of what the plans are calculated from."""
        cohorts = [(row.slug, row.starts_on, row.ends_on, row.authority.calendar) for row in self.cohorts.values()]
        sessions = [(row.pk, row.version, row.pk in self.movable_keys, self.days[row.pk]) for row in self.sessions]
        periods = [(row.start, row.end, row.kind, sorted(row.zones), sorted(row.subdivisions)) for row in self.periods]
        more = sorted(self.shared.items()), sorted(self.days_taken), sorted(self.plan.locked)
        return fingerprint(cohorts, sessions, periods, more)


def read_sessions(plan: SessionPlan, today: date) -> SessionInputs:
    """Return what the plans of an edition's sessions depend on, as of `today`: four statements, and those of other
    apps.
    """
    people = _shared_people(plan, today)
    related = ("authority", "edition__programme")
    in_pairs = Cohort.objects.filter(slug__in={slug for pair in people for slug in pair}).select_related(*related)
    cohorts = {cohort.pk: cohort for cohort in in_pairs.order_by("name", "pk")}
    sessions = _sessions(cohorts, today)
    last = max((session.last_day for session in sessions if session.last_day), default=today) + MAX_MOVE_OF_CHANGES
    days = list(days_between(today, last)) if sessions else []
    return SessionInputs(
        plan=plan,
        today=today,
        cohorts={row.slug: row for row in cohorts.values() if row.edition_id == plan.edition_id and row.is_current},
        sessions=tuple(sessions),
        days={session.pk: tuple(session.dates) for session in sessions},  # type: ignore[attr-defined] # annotated
        people=people,
        periods=CalendarPeriod.objects.as_periods(),
        days_taken=frozenset(
            each.day for hooks in cohort_hooks if days for each in hooks.days_taken(plan.edition_id, days)
        ),
    )


def _shared_people(plan: SessionPlan, today: date) -> dict[Pair, tuple[SharedPerson, ...]]:
    """Return whom two cohorts share from `today` on, of which one at least belongs to the edition, by name (one
    statement).

    Ambassadors, pilots, residents and coordinators count.
    """
    core = Membership.objects.filter(role__in=CORE_ROLES).exclude(ends_on__lt=today)
    in_two = core.order_by().values("user").annotate(n=Count("cohort", distinct=True)).filter(n__gt=1).values("user")
    rows = core.filter(user__in=in_two).filter(user__in=core.filter(cohort__edition=plan.edition).values("user"))
    columns = ("user", "user__full_name", "cohort__slug", "cohort__edition", "starts_on", "ends_on")
    memberships, shared = defaultdict(list), defaultdict(list)
    for user, *membership in rows.order_by("user__full_name", "pk").values_list(*columns):
        memberships[user].append(membership)
    for own in memberships.values():
        for (name, slug, edition, starts, ends), (_, other, other_edition, begins, leaves) in combinations(own, 2):
            first, last = max(starts, begins), min(ends or date.max, leaves or date.max)
            if slug != other and plan.edition_id in (edition, other_edition) and first <= last:
                shared[pair_of(slug, other)].append(SharedPerson(str(name), first, last))
    return {pair: tuple(dict.fromkeys(own)) for pair, own in shared.items()}


def _sessions(cohorts: Mapping[int, Cohort], today: date) -> list[Session]:
    """Return the sessions of these cohorts, by key, that end on `today` or later, in order of time (one statement)."""
    rows = Session.objects.at_work().filter(among("cohort", list(cohorts)), last_day__gte=today)
    dates = SessionDay.objects.filter(session=OuterRef("pk")).order_by("date").values("date")
    listed = with_has_list(rows.exclude(state__in=NOT_IN_CALENDAR)).annotate(dates=ArraySubquery(dates))
    columns = ("cohort", "number", "title", "kind", "state", "first_day", "last_day", "version")
    sessions: list[Session] = list(listed.order_by("first_day", "pk").only(*columns))
    for session in sessions:
        session.cohort = cohorts[session.cohort_id]
    return sessions


def edition_sessions(inputs: SessionInputs) -> EditionSessions:
    """Return the sessions whose days can change in the form that the solver takes, each with its options."""
    return EditionSessions(sessions=tuple(_open_session(inputs, row) for row in inputs.movable), shared=inputs.shared)


def _open_session(inputs: SessionInputs, session: Session) -> OpenSession:
    """Return a session with its options: of those that break rules, the cheapest of each week."""
    current = inputs.days[session.pk]
    options: dict[object, DaysOption] = {}
    for option in _options(inputs, session, current):
        week = option.days[0].isocalendar()[:2] if option.broken_rules else option.days
        key = (option.broken_rules, week)
        options[key] = min(options.get(key, option), option, key=lambda each: each.cost)
    return OpenSession(str(session.pk), session.cohort.slug, current, tuple(options.values()))


def _options(inputs: SessionInputs, session: Session, current: Days) -> Iterator[DaysOption]:
    """Yield the days that a session could have, the present ones first: successive working days between the sessions of
    its cohort that keep theirs.

    An on-site week begins on the same day of the week.
    """
    cohort, key = inputs.cohorts[session.cohort.slug], str(session.pk)
    is_locked = session.pk in inputs.plan.locked
    fixed = [row for row in inputs.sessions if row.cohort_id == session.cohort_id and row.pk not in inputs.movable_keys]
    closed = {*inputs.days_taken, *(day for row in fixed for day in inputs.days[row.pk])}
    if is_locked or closed.isdisjoint(current):
        yield DaysOption(current, 0, _people_rules(inputs, session, current))
    first, last = _limits(inputs, cohort, current, [inputs.days[row.pk] for row in fixed])
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


def _people_rules(inputs: SessionInputs, session: Session, days: Days) -> frozenset[SessionRule]:
    """Return the rules that a session breaks on these days because of sessions of other cohorts that keep theirs."""
    fixed = (other for _day, other in inputs.in_conflict(session, days) if other.pk not in inputs.movable_keys)
    return frozenset(people_rule(pair_of(session.cohort.slug, other.cohort.slug)) for other in fixed)


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
