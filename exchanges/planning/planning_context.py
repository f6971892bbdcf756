"""Reads what planning needs to know of an edition: expected cohorts, earlier hosts, and days taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from cohorts.models import Cohort, Membership, SessionDay
from cohorts.sessions.enums import SessionState
from exchanges.calendar import ParticipatingCohort, Reason, Window, objections, propose_windows, window_at
from exchanges.distances import Seat, travel
from exchanges.exchange.enums import (
    COHORT_STATES_BEFORE_START,
    COHORT_STATES_EXPECTED,
    PAST,
    PLANNED_EDITION_STATES,
    ExchangeState,
)
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.registration.enums import CAME
from exchanges.rotation import Candidate, HostChoice, propose_rotation
from programmes.models import Authority, CalendarPeriod, Edition
from programmes.workdays import Period
from web.database.nested_rows import nested
from web.database.prepared import prepared

SEARCH_WEEKS = 6  # windows are searched this far before and after a target


@dataclass(frozen=True)
class PlanningContext:
    """An edition as planning sees it on `today`.

    Cohorts carry `people`, `session_days`, `turns` (held or to come), `held` (turns that took place), `last_hosted` and
    `trips` (see `distance_travelled`).
    """

    edition: Edition
    today: date
    cohorts: list[Any]  # cohorts with annotations
    exchanges: list[Exchange]
    periods: tuple[Period, ...]

    @cached_property
    def participants(self) -> list[ParticipatingCohort]:
        """Return the cohorts as participants of an exchange, with calendar, number of members and days of their own
        sessions.
        """
        return [
            ParticipatingCohort(cohort.slug, cohort.authority.calendar, cohort.people, frozenset(cohort.session_days))
            for cohort in self.cohorts
        ]

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Return the cohorts as candidates to host, with their turns so far, their seat and their number of people."""
        return candidates_of(self.cohorts)

    def cohort(self, slug: str) -> Cohort:
        """Return the cohort with this slug, which must be one of `cohorts`; raises StopIteration for another slug."""
        cohort: Cohort = next(cohort for cohort in self.cohorts if cohort.slug == slug)
        return cohort

    def taken(self, *, excluding: Exchange | None = None) -> list[tuple[date, int]]:
        """Return the days of the edition's exchanges as pairs of first day and number of days.

        Cancelled exchanges, those without known dates and `excluding` are left out.
        """
        return [
            (exchange.first_day, exchange.days)
            for exchange in self.exchanges
            if exchange.first_day
            and exchange.days
            and exchange.state != ExchangeState.CANCELLED
            and exchange != excluding
        ]

    def rotation(self, days: Sequence[date]) -> list[HostChoice]:
        """Return the cohort whose turn it is to host an exchange around each of these days, in order, with the reason.

        Cohorts that start only after the day are passed over. The list ends where nobody can host.
        """
        return propose_rotation(self.candidates, len(days), barred=[self.not_running_by(day) for day in days])

    def not_running_by(self, day: date) -> set[str]:
        """Return the slugs of the cohorts that have not started and start after that day, or at an unknown date."""
        return {
            cohort.slug
            for cohort in self.cohorts
            if cohort.state in COHORT_STATES_BEFORE_START and not (cohort.planned_start and cohort.planned_start <= day)
        }

    def has_host_on(self, day: date) -> bool:
        """Return whether any cohort can host an exchange on that day: one that has started, or is planned to start by
        then.
        """
        return len(self.not_running_by(day)) < len(self.cohorts)

    def windows(self, target: date, days: int, host: Cohort, *, taken: Iterable[tuple[date, int]]) -> list[Window]:
        """Return the three best windows of `days` days around a target: within the edition, in the future, after the
        host's start.

        `taken` are the days of other exchanges, as pairs of first day and number of days. The six weeks before and
        after the target are searched. If the edition ends within the six weeks after it and no day is open, as for a
        target on 31 August, the search goes twelve weeks back.
        """
        search = partial(
            propose_windows,
            target,
            days,
            host.authority.calendar,
            self.participants,
            periods=self.periods,
            taken=tuple(taken),
            not_before=self._first_day_for(host),
            not_after=self.edition.ends_on or date.max,
        )
        windows = search(weeks=SEARCH_WEEKS)
        return windows or (search(weeks=2 * SEARCH_WEEKS) if self.ends_near(target) else [])

    def ends_near(self, target: date) -> bool:
        """Return whether the edition ends less than six weeks after the target; False while its end is not known."""
        return self.edition.ends_on is not None and self.edition.ends_on < target + timedelta(weeks=SEARCH_WEEKS)

    def _first_day_for(self, host: Cohort) -> date:
        """Return the first day an exchange at this host can take: after today, in the edition, and once the host
        starts.
        """
        planned_start = host.planned_start if host.state in COHORT_STATES_BEFORE_START else None
        return max(filter(None, (self.today + timedelta(days=1), self.edition.starts_on, planned_start)))

    def window(self, exchange: Exchange) -> Window | None:
        """Return the present dates of the exchange with the reasons for and against them as of today; None while dates
        or host are not known.
        """
        if exchange.first_day is None or exchange.days is None or exchange.host is None:
            return None
        return window_at(
            exchange.first_day,
            exchange.days,
            exchange.target,
            exchange.host.authority.calendar,
            self.participants,
            periods=self.periods,
            taken=self.taken(excluding=exchange),
        )

    def objections(
        self, first_day: date, days: int, host: Cohort, *, taken: Iterable[tuple[date, int]]
    ) -> tuple[Reason, ...]:
        """Return the reasons against an exchange of `days` days from `first_day` at this host, those that rule it out
        first.

        `taken` are the days of other exchanges, as pairs of first day and number of days.
        """
        return objections(
            first_day, days, host.authority.calendar, self.participants, periods=self.periods, taken=taken
        )


def load_planning_context(edition: Edition, today: date) -> PlanningContext:
    """Return what planning needs to know of an edition on `today`: its cohorts, exchanges and calendar periods (three
    statements).
    """
    return PlanningContext(
        edition=edition,
        today=today,
        cohorts=expected_cohorts(edition, today),
        exchanges=list(Exchange.objects.filter(edition=edition).order_by("number", "id")),
        periods=CalendarPeriod.objects.ending_from(today).as_periods(),
    )


def expected_cohorts(edition: Edition, today: date, states: Iterable[str] = COHORT_STATES_EXPECTED) -> list[Any]:
    """Return the cohorts of the edition in these `states`, by default those that come and may host, by name (one
    statement).

    They are annotated, as of `today`, with `people`, `session_days`, `turns`, `held`, `last_hosted` and `trips`, as
    `PlanningContext` describes them.
    """
    return _cohorts_with_turns(edition.pk, today, tuple(states))


@prepared
def _cohorts_with_turns(edition_id: int, today: date, states: tuple[str, ...]) -> models.QuerySet[Any]:
    """Return the query for the cohorts of `expected_cohorts`."""
    members = Membership.objects.active(today).filter(cohort=OuterRef("pk")).order_by().values("cohort")
    days = SessionDay.objects.filter(session__cohort=OuterRef("pk"), date__gte=today).exclude(
        session__state=SessionState.CANCELLED
    )
    turns = HostTurn.objects.filter(cohort=OuterRef("pk")).exclude(exchange__state=ExchangeState.CANCELLED).order_by()
    held = turns.filter(exchange__state__in=PAST)
    return (
        Cohort.objects.filter(edition=edition_id, retrospective=False, state__in=states)
        .select_related("authority")
        .annotate(
            people=Coalesce(Subquery(members.values(n=Count("user", distinct=True))), 0),
            session_days=ArraySubquery(days.order_by().values("date")),
            turns=Coalesce(Subquery(turns.values("cohort").values(n=Count("pk"))), 0),
            held=Coalesce(Subquery(held.values("cohort").values(n=Count("pk"))), 0),
            last_hosted=Subquery(turns.values("cohort").values(day=Max("exchange__first_day"))),
            trips=_trips(),
        )
        .order_by("name", "pk")
    )


def _trips() -> ArraySubquery:
    """Return a column for a query of cohorts with the exchanges held that their people went to.

    Each is a JSON object: `people`, how many of the cohort came, and `latitude` and `longitude` of the host's
    authority. Published facts are left out.
    """
    came = Registration.objects.filter(
        cohort=OuterRef("pk"), state__in=CAME, exchange__state__in=PAST, exchange__retrospective=False
    )
    coordinates = {axis: F(f"exchange__host__authority__{axis}") for axis in ("latitude", "longitude")}
    return nested(
        came.order_by().values("exchange", **coordinates).annotate(people=Count("pk")), *coordinates, "people"
    )


def distance_travelled(cohort: Any) -> int | None:
    """Return how far the people of the cohort travelled to the exchanges held, one way, in kilometres times people.

    `cohort` comes from `expected_cohorts`. None if its own seat is unknown; exchanges at an unknown location are left
    out.
    """
    trips = [(_seat(trip["latitude"], trip["longitude"]), trip["people"]) for trip in cohort.trips]
    return travel(seat_of(cohort.authority), trips)


def seat_of(authority: Authority) -> Seat | None:
    """Return the seat of the authority, a pair of latitude and longitude in degrees; None if it is not known."""
    return _seat(authority.latitude, authority.longitude)


def _seat(latitude: float | None, longitude: float | None) -> Seat | None:
    """Return the latitude and longitude, in degrees, as a pair; None if one of them is not known."""
    return None if latitude is None or longitude is None else (latitude, longitude)


def candidates_of(cohorts: Iterable[Any]) -> list[Candidate]:
    """Return the cohorts, read with `expected_cohorts`, as candidates of the host rotation, in the same order."""
    return [_candidate(cohort) for cohort in cohorts]


def _candidate(cohort: Any) -> Candidate:
    """Return one cohort, read with `expected_cohorts`, as a candidate of the host rotation; its slug is the key."""
    return Candidate(
        key=cohort.slug,
        name=cohort.name,
        turns=cohort.turns,
        last_hosted=cohort.last_hosted,
        seat=seat_of(cohort.authority),
        people=cohort.people,
    )


def editions_to_plan() -> models.QuerySet[Edition]:
    """Return the open and running editions whose format has exchanges, without imported published facts.

    They are ordered by key, so that actions which lock them one by one never deadlock.
    """
    return (
        Edition.objects.measured()
        .filter(state__in=PLANNED_EDITION_STATES, format__exchange_interval_months__isnull=False)
        .select_related("format")
        .order_by("pk")
    )
