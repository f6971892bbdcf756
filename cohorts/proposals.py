"""The calendars an edition would give its cohorts, worked out from rows and saved nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cohorts.planning import Pattern, PhaseMonths, Plan, plan
from programmes.models import Authority, CalendarPeriod, Format
from programmes.workdays import Period


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
class Proposed:
    """An authority and the calendar proposed to it."""

    entry: Entry
    plan: Plan


def pattern_of(format: Format) -> Pattern:  # noqa: A002 - the domain's word
    """The numbers of a format version, as `cohorts.planning` reads them (one statement unless prefetched)."""
    return Pattern(
        months=format.months,
        sessions=format.sessions,
        days_per_session=format.days_per_session,
        onsite_weeks=format.onsite_weeks,
        phases=tuple(PhaseMonths(phase.kind, phase.start_month, phase.end_month) for phase in format.phases.all()),
    )


def known_periods() -> tuple[Period, ...]:
    return CalendarPeriod.objects.as_periods()


def proposed(
    pattern: Pattern, starts_on: date, entries: Sequence[Entry], *, periods: tuple[Period, ...], today: date
) -> list[Proposed]:
    """One calendar per authority; sessions are never proposed in the past."""
    return [
        Proposed(
            entry,
            plan(
                pattern,
                entry.starts_on or starts_on,
                entry.authority.calendar,
                periods=periods,
                not_before=today,
            ),
        )
        for entry in entries
    ]
