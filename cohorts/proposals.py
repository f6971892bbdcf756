"""The calendars an edition would give its cohorts, worked out from rows and saved nowhere."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django_stubs_ext import StrOrPromise

from cohorts.enums import SessionKind
from cohorts.planning import NO_BUSY_DAYS, BusyDays, Pattern, PhaseMonths, Plan, PlannedSession, plan
from cohorts.remarks import Remark, is_conflict, remarks_of
from programmes.models import Authority, CalendarPeriod, Format
from programmes.workdays import Period

# Weights of days on which another cohort meets, on the scale of `programmes.workdays.COMPROMISES`. A cohort of the
# edition weighs as much as a month off the even pace; one with the same people more than any pace, and less than a
# bridge or school holidays.
EDITION_WEIGHT, PEOPLE_WEIGHT = 900, 10**8


@dataclass(frozen=True, slots=True)
class Entry:
    """An authority that takes part: with its own first day where it differs, and the site where it has one."""

    authority: Authority
    starts_on: date | None = None
    site: str = ""

    @property
    def name(self) -> str:
        """What its cohort is called."""
        return f"{self.authority.name}, {self.site}"[:120] if self.site else self.authority.name


@dataclass(frozen=True, slots=True)
class Line:
    """One proposed session as a page lists it."""

    session: PlannedSession

    @property
    def first(self) -> date | None:
        return self.session.days[0] if self.session.days else None

    @property
    def last(self) -> date | None:
        return self.session.days[-1] if self.session.days else None

    @property
    def kind(self) -> StrOrPromise:
        return SessionKind(self.session.kind).label

    @property
    def remarks(self) -> list[Remark]:
        return remarks_of(self.session.remarks)

    @property
    def is_conflict(self) -> bool:
        return is_conflict(self.session.remarks)


@dataclass(frozen=True, slots=True)
class Proposed:
    """An authority and the calendar proposed to it."""

    entry: Entry
    plan: Plan

    @property
    def lines(self) -> list[Line]:
        return [Line(session) for session in self.plan.sessions]

    @property
    def conflicts(self) -> list[Line]:
        """Sessions that could not avoid something worse than an awkward weekday."""
        return [line for line in self.lines if line.is_conflict]


def pattern_of(format: Format) -> Pattern:  # noqa: A002 - the domain's word
    """The numbers of a format version, as `cohorts.planning` reads them (one statement unless prefetched)."""
    return Pattern(
        months=format.months,
        sessions=format.sessions,
        days_per_session=format.days_per_session,
        onsite_weeks=format.onsite_weeks,
        phases=tuple(PhaseMonths(phase.kind, phase.start_month, phase.end_month) for phase in format.phases.all()),
    )


def days_to_avoid(days: Iterable[date]) -> dict[date, tuple[str, int]]:
    """Return the days on which other cohorts of the edition meet, with a weight that grows with their number."""
    return {day: ("other_cohort", EDITION_WEIGHT * times) for day, times in Counter(days).items()}


def known_periods() -> tuple[Period, ...]:
    return CalendarPeriod.objects.as_periods()


def proposed(
    pattern: Pattern,
    starts_on: date,
    entries: Sequence[Entry],
    *,
    periods: tuple[Period, ...],
    today: date,
    busy: BusyDays = NO_BUSY_DAYS,
) -> list[Proposed]:
    """Return one calendar per authority, none of its sessions in the past.

    Each avoids the days of those before it where it can, because the lab's people visit all cohorts of an edition.
    """
    found: list[Proposed] = []
    for entry in entries:
        days = [day for one in found for session in one.plan.sessions for day in session.days]
        found.append(
            Proposed(
                entry,
                plan(
                    pattern,
                    entry.starts_on or starts_on,
                    entry.authority.calendar,
                    periods=periods,
                    not_before=today,
                    busy=BusyDays(busy.taken, {**days_to_avoid(days), **busy.avoided}),
                ),
            )
        )
    return found
