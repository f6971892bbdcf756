"""Calendars that an edition would give its cohorts, computed from rows and not saved."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django_stubs_ext import StrOrPromise

from cohorts.calendars.planning import (
    NO_BUSY_DAYS,
    BusyDays,
    CalendarPattern,
    CalendarPlan,
    PatternPhase,
    PlannedSession,
    plan_calendar,
)
from cohorts.sessions.enums import SessionKind
from cohorts.sessions.remarks import Remark, is_conflict, remarks_of
from programmes.models import Authority, CalendarPeriod, Format
from programmes.workdays import Period

# Weights of days on which another cohort meets, on the scale of `programmes.workdays.COMPROMISES`. A cohort of the
# edition weighs as much as a month off the even pace; one with the same people more than any pace, and less than a
# bridge or school holidays.
EDITION_WEIGHT, PEOPLE_WEIGHT = 900, 10**8


@dataclass(frozen=True, slots=True)
class Participation:
    """An authority that takes part in an edition, with its cohort's own first day if it differs, and its site if it has
    one.
    """

    authority: Authority
    starts_on: date | None = None
    site: str = ""

    @property
    def name(self) -> str:
        """The name for this authority's cohort: that of the authority, with the site if there is one, cut at 120
        characters.
        """
        return f"{self.authority.name}, {self.site}"[:120] if self.site else self.authority.name


@dataclass(frozen=True, slots=True)
class ProposedSession:
    """A session of a proposed calendar, not saved, as pages list it."""

    session: PlannedSession

    @property
    def first(self) -> date | None:
        """The first proposed day; None when no room was left."""
        return self.session.days[0] if self.session.days else None

    @property
    def last(self) -> date | None:
        """The last proposed day; None when no room was left."""
        return self.session.days[-1] if self.session.days else None

    @property
    def kind(self) -> StrOrPromise:
        """The label of the kind of session in the current language, such as “group session”."""
        return SessionKind(self.session.kind).label

    @property
    def remarks(self) -> list[Remark]:
        """What the proposed days could not avoid (for example school holidays), as sentences marked as conflicts or
        minor remarks.
        """
        return remarks_of(self.session.remarks)

    @property
    def is_conflict(self) -> bool:
        """Whether the proposed days conflict with something worse than an unusual weekday, such as school holidays."""
        return is_conflict(self.session.remarks)


@dataclass(frozen=True, slots=True)
class ProposedCalendar:
    """An authority that takes part in an edition, and the calendar proposed for its cohort."""

    participation: Participation
    plan: CalendarPlan

    @property
    def proposed_sessions(self) -> list[ProposedSession]:
        """All sessions of the proposed calendar, as pages list them."""
        return [ProposedSession(session) for session in self.plan.sessions]

    @property
    def conflicts(self) -> list[ProposedSession]:
        """The sessions of the calendar whose proposed days conflict with something worse than an unusual weekday."""
        return [line for line in self.proposed_sessions if line.is_conflict]


def pattern_of(format: Format) -> CalendarPattern:  # noqa: A002 - the domain's word
    """Return the numbers of a format version from which calendars are computed: months, sessions, days, on-site weeks,
    phases.

    One statement, unless its phases are prefetched.
    """
    return CalendarPattern(
        months=format.months,
        sessions=format.sessions,
        days_per_session=format.days_per_session,
        onsite_weeks=format.onsite_weeks,
        phases=tuple(PatternPhase(phase.kind, phase.start_month, phase.end_month) for phase in format.phases.all()),
    )


def days_to_avoid(days: Iterable[date]) -> dict[date, tuple[str, int]]:
    """Return, by date, a pair of a reason (the slug "other_cohort") and a weight that grows with the cohorts that meet
    then.

    `days` are session days of other cohorts, a date once for each cohort that meets on it.
    """
    return {day: ("other_cohort", EDITION_WEIGHT * times) for day, times in Counter(days).items()}


def calendar_periods() -> tuple[Period, ...]:
    """Return the periods recorded by the lab that calendars avoid where possible, such as elections (one statement)."""
    return CalendarPeriod.objects.as_periods()


def proposed_calendars(
    pattern: CalendarPattern,
    starts_on: date,
    participations: Sequence[Participation],
    *,
    periods: tuple[Period, ...],
    today: date,
    busy: BusyDays = NO_BUSY_DAYS,
) -> list[ProposedCalendar]:
    """Return a proposed calendar for each authority in `participations`, in that order, without sessions before
    `today`.

    A cohort starts on its own first day, or on `starts_on`. `pattern` holds the format's numbers; `periods` and the
    days in `busy` are avoided. Each calendar also avoids the days of those before it where possible: the lab's people
    visit all cohorts of an edition.
    """
    calendars: list[ProposedCalendar] = []
    for participation in participations:
        days = [day for one in calendars for session in one.plan.sessions for day in session.days]
        calendars.append(
            ProposedCalendar(
                participation,
                plan_calendar(
                    pattern,
                    participation.starts_on or starts_on,
                    participation.authority.calendar,
                    periods=periods,
                    not_before=today,
                    busy=BusyDays(busy.taken, {**days_to_avoid(days), **busy.avoided}),
                ),
            )
        )
    return calendars
