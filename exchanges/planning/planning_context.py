"""What planning knows of an edition on a day: who is expected, who hosted, which days are taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Membership, SessionDay
from cohorts.sessions.enums import SessionState
from exchanges.calendar import Participant, Reason, Window, objections, propose_windows, window_at
from exchanges.distances import Seat, travel
from exchanges.exchange.enums import COMMITTED, PAST, PLANNED_FOR, ExchangeState
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.registration.enums import CAME
from exchanges.rotation import Candidate, Choice, propose_rotation
from programmes.models import Authority, CalendarPeriod, Edition
from programmes.workdays import Period
from web.database.nested_rows import nested

WEEKS = 6  # how far before and after a target its windows are searched


@dataclass(frozen=True)
class Outlook:
    """An edition as planning sees it on `today`.

    Cohorts carry `people`, `session_days`, `turns` (held or to come), `held` (those of them that took place),
    `last_hosted` and `trips` (see `travelled`).
    """

    edition: Edition
    today: date
    cohorts: list[Any]  # cohorts with annotations
    exchanges: list[Exchange]
    periods: tuple[Period, ...]

    @cached_property
    def participants(self) -> list[Participant]:
        return [
            Participant(cohort.slug, cohort.authority.calendar, cohort.people, frozenset(cohort.session_days))
            for cohort in self.cohorts
        ]

    @cached_property
    def candidates(self) -> list[Candidate]:
        return candidates_of(self.cohorts)

    def cohort(self, slug: str) -> Cohort:
        found: Cohort = next(cohort for cohort in self.cohorts if cohort.slug == slug)
        return found

    def taken(self, *, but: Exchange | None = None) -> list[tuple[date, int]]:
        """First day and length of the edition's standing exchanges, `but` one left out."""
        return [
            (exchange.first_day, exchange.days)
            for exchange in self.exchanges
            if exchange.first_day and exchange.days and exchange.state != ExchangeState.CANCELLED and exchange != but
        ]

    def rotation(self, days: Sequence[date]) -> list[Choice]:
        """Return a host for an exchange around each of these days, in order; see `not_running_by`."""
        return propose_rotation(self.candidates, len(days), barred=[self.not_running_by(day) for day in days])

    def not_running_by(self, day: date) -> set[str]:
        """Return the keys of the cohorts that have agreed but are planned to start only after that day."""
        return {
            cohort.slug
            for cohort in self.cohorts
            if cohort.state == CohortState.AGREED and not (cohort.planned_start and cohort.planned_start <= day)
        }

    def has_host_on(self, day: date) -> bool:
        """Return whether any cohort can host on that day."""
        return len(self.not_running_by(day)) < len(self.cohorts)

    def windows(self, target: date, days: int, host: Cohort, *, taken: Iterable[tuple[date, int]]) -> list[Window]:
        """Return the three best windows around a target: within the edition, in the future, after the host's start.

        Six more weeks before the target are searched where the edition ends within the six weeks after it and the six
        weeks before it have no open day, as for a target on 31 August.
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
        found = search(weeks=WEEKS)
        return found or (search(weeks=2 * WEEKS) if self.ends_near(target) else [])

    def ends_near(self, target: date) -> bool:
        """Return whether the edition ends within the weeks after the target in which windows are searched."""
        return self.edition.ends_on is not None and self.edition.ends_on < target + timedelta(weeks=WEEKS)

    def _first_day_for(self, host: Cohort) -> date:
        waits_for = host.planned_start if host.state == CohortState.AGREED else None
        return max(filter(None, (self.today + timedelta(days=1), self.edition.starts_on, waits_for)))

    def window(self, exchange: Exchange) -> Window | None:
        """The dates the exchange has, as they are read on this day."""
        if exchange.first_day is None or exchange.days is None or exchange.host is None:
            return None
        return window_at(
            exchange.first_day,
            exchange.days,
            exchange.target,
            exchange.host.authority.calendar,
            self.participants,
            periods=self.periods,
            taken=self.taken(but=exchange),
        )

    def objections(
        self, first_day: date, days: int, host: Cohort, *, taken: Iterable[tuple[date, int]]
    ) -> tuple[Reason, ...]:
        return objections(
            first_day, days, host.authority.calendar, self.participants, periods=self.periods, taken=taken
        )


def outlook(edition: Edition, today: date) -> Outlook:
    """Read an edition for planning (three statements)."""
    return Outlook(
        edition=edition,
        today=today,
        cohorts=expected_cohorts(edition, today),
        exchanges=list(Exchange.objects.filter(edition=edition).order_by("number", "id")),
        periods=CalendarPeriod.objects.ending_from(today).as_periods(),
    )


def expected_cohorts(edition: Edition, today: date) -> list[Any]:
    """Return the cohorts that come and may host, by name, with what planning weighs (one statement)."""
    return list(_cohorts(edition, today))


def _cohorts(edition: Edition, today: date) -> Any:
    """The edition's cohorts with what planning weighs: people active today, days of their sessions, turns so far."""
    members = Membership.objects.active(today).filter(cohort=OuterRef("pk")).order_by().values("cohort")
    days = SessionDay.objects.filter(session__cohort=OuterRef("pk"), date__gte=today).exclude(
        session__state=SessionState.CANCELLED
    )
    turns = HostTurn.objects.filter(cohort=OuterRef("pk")).exclude(exchange__state=ExchangeState.CANCELLED).order_by()
    held = turns.filter(exchange__state__in=PAST)
    return (
        Cohort.objects.filter(edition=edition, retrospective=False, state__in=COMMITTED)
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
    """To each exchange held: how many of the cohort came, and where it was."""
    came = Registration.objects.filter(
        cohort=OuterRef("pk"), state__in=CAME, exchange__state__in=PAST, exchange__retrospective=False
    )
    place = {axis: F(f"exchange__host__authority__{axis}") for axis in ("latitude", "longitude")}
    return nested(came.order_by().values("exchange", **place).annotate(people=Count("pk")), *place, "people")


def travelled(cohort: Any) -> int | None:
    """Kilometres times people the cohort travelled to the exchanges held so far, one way; None if its seat is unknown.

    Exchanges at a place that is not known are left out.
    """
    trips = [(_seat(trip["latitude"], trip["longitude"]), trip["people"]) for trip in cohort.trips]
    return travel(seat_of(cohort.authority), trips)


def seat_of(authority: Authority) -> Seat | None:
    return _seat(authority.latitude, authority.longitude)


def _seat(latitude: float | None, longitude: float | None) -> Seat | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def candidates_of(cohorts: Iterable[Any]) -> list[Candidate]:
    """Cohorts of an outlook as the rotation reads them."""
    return [_candidate(cohort) for cohort in cohorts]


def _candidate(cohort: Any) -> Candidate:
    return Candidate(
        key=cohort.slug,
        name=cohort.name,
        turns=cohort.turns,
        last_hosted=cohort.last_hosted,
        seat=seat_of(cohort.authority),
        people=cohort.people,
    )


def editions_to_plan() -> models.QuerySet[Edition]:
    """Editions under way whose format has exchanges, in a steady order (locks are taken in it)."""
    return (
        Edition.objects.measured()
        .filter(state__in=PLANNED_FOR, format__exchange_interval_months__isnull=False)
        .select_related("format")
        .order_by("pk")
    )
