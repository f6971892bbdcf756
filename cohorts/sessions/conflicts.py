"""Conflicts of a day with the cohort's calendar, other sessions, the design team and the edition, in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.hooks import cohort_hooks
from cohorts.models import Attendance, Cohort, Membership, Session
from cohorts.people.enums import CORE_ROLES, MembershipRole
from programmes import workdays
from programmes.models import CalendarPeriod
from web.dates.plausible import is_far_from
from web.errors import DomainError
from web.text import formats
from web.text.language import active_language

# Worst first: what cannot be chosen at all, then what a person may choose all the same.
IMPOSSIBLE: Final[dict[str, StrOrPromise]] = {
    "far_away": _("%(day)s: that is more than a year away from the cohort’s dates. Check the year."),
    "design_team_elsewhere": _("%(day)s: %(who)s is on site in another cohort."),
}
COSTLY: Final[dict[str, StrOrPromise]] = {
    "outside_cohort": _("%(day)s: outside the cohort’s dates."),
    "public_holiday": _("%(day)s: a public holiday in the cohort’s area."),
    "weekend": _("%(day)s: a weekend."),
    "other_session": _("%(day)s: the cohort has another session that day (%(what)s)."),
    "edition_meets": _("%(day)s: the edition meets that day (%(what)s)."),
    "edition_may_meet": _("%(day)s: the edition may meet that day (%(what)s is proposed)."),
    "school_holiday": _("%(day)s: school holidays in zone %(zone)s."),
    "closed_season": _("%(day)s: services are half empty (10 July to 31 August, 15 December to 2 January)."),
    "closed_period": _("%(day)s: a closed period."),
    "bridge": _("%(day)s: a working day between two days off."),
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict of a planned session on one day: its slug, and the `details` that its sentence names."""

    day: date
    slug: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def impossible(self) -> bool:
        """Whether the day cannot be chosen at all: far from the cohort's dates, or the design team is on site
        elsewhere.
        """
        return self.slug in IMPOSSIBLE

    @property
    def sentence(self) -> str:
        """The conflict as a sentence in the current language, which begins with the day."""
        day = formats.weekday(self.day, active_language())
        return str((IMPOSSIBLE | COSTLY)[self.slug]) % {"day": day, **self.details}


class DatesInConflict(DomainError):
    """Raised for days that have conflicts; `impossible` says whether one of them rules the days out."""

    def __init__(self, conflicts: Collection[Conflict]) -> None:
        super().__init__(" ".join(conflict.sentence for conflict in conflicts))
        self.conflicts = conflicts
        self.impossible = any(conflict.impossible for conflict in conflicts)


def conflicts_of(*, cohort: Cohort, days: Collection[date], session: Session | None = None) -> list[Conflict]:
    """Return the conflicts that a session of the cohort would have on these days, day by day, the worst first; empty if
    none.

    They are weekends, holidays, other sessions, days of the edition, the design team elsewhere, days outside the
    cohort's dates. An existing `session` is not compared with itself. Four statements, however many days, and those of
    other apps.
    """
    plausible_days = [day for day in days if not is_far_from(day, cohort.starts_on, cohort.ends_on)]
    conflicts = [Conflict(day, "far_away") for day in days if day not in plausible_days]
    if plausible_days:
        conflicts += (
            _of_design_team(cohort, plausible_days)
            + _of_calendar(cohort, plausible_days)
            + _of_sessions(cohort, plausible_days, session)
        )
        conflicts += _of_edition(cohort, plausible_days)
    order = [*IMPOSSIBLE, *COSTLY]
    return sorted(conflicts, key=lambda conflict: (conflict.day, order.index(conflict.slug)))


def _of_design_team(cohort: Cohort, days: Collection[date]) -> list[Conflict]:
    """Return the conflicts of days on which a member of this cohort is expected, or came, at a session of another one.

    They count for people who are residents in one of the two cohorts; each names the person.
    """
    members = Membership.objects.filter(cohort=cohort, role__in=CORE_ROLES)
    booked = Attendance.objects.in_other_cohorts(cohort).filter(
        day__date__in=days, member__user__in=members.values("user")
    )
    memberships = list(members.values_list("user", "role", "starts_on", "ends_on"))
    booked_names = {
        (day, name)
        for day, user, name, role in booked.values_list(
            "day__date", "member__user", "member__user__full_name", "member__role"
        )
        for person, own, starts, ends in memberships
        if person == user and starts <= day <= (ends or day) and MembershipRole.RESIDENT in (role, own)
    }
    return [Conflict(day, "design_team_elsewhere", {"who": name}) for day, name in sorted(booked_names)]


def _of_sessions(cohort: Cohort, days: Collection[date], session: Session | None) -> list[Conflict]:
    """Return the conflicts of days on which the cohort has a session other than `session`; each names its number.

    Cancelled and postponed sessions do not count.
    """
    others = Session.objects.filter(cohort=cohort, days__date__in=days).exclude(state__in=("cancelled", "postponed"))
    if session:
        others = others.exclude(pk=session.pk)
    rows = others.values_list("days__date", "number")
    return [Conflict(day, "other_session", {"what": number}) for day, number in rows]


def _of_edition(cohort: Cohort, days: Collection[date]) -> list[Conflict]:
    """Return the conflicts of days on which, as other apps report, the cohort's edition meets, or may meet (only
    proposed).
    """
    taken_days = [day for hooks in cohort_hooks for day in hooks.days_taken(cohort.edition_id, days)]
    return [
        Conflict(taken.day, "edition_meets" if taken.confirmed else "edition_may_meet", {"what": taken.name})
        for taken in taken_days
    ]


def calendar_conflicts(days_of_cohorts: Sequence[tuple[Cohort, Collection[date]]]) -> list[list[Conflict]]:
    """Return, for each pair of cohort and days, the conflicts of the days with the calendar, day by day: weekends,
    holidays, days outside the cohort's dates or far from them. One statement for all.

    Other sessions, the design team and the edition are not looked at.
    """
    all_days = [day for _cohort, days in days_of_cohorts for day in days]
    periods = _periods(all_days) if all_days else ()
    return [
        [
            Conflict(day, slug, {"zone": cohort.authority.school_zone})
            for day in days
            for slug in (
                ["far_away"]
                if is_far_from(day, cohort.starts_on, cohort.ends_on)
                else _calendar_conflict_slugs(day, cohort, periods)
            )
        ]
        for cohort, days in days_of_cohorts
    ]


def _periods(days: Collection[date]) -> workdays.Periods:
    """Return the periods that the lab has recorded around these days (one statement)."""
    return CalendarPeriod.objects.filter(starts_on__lte=max(days), ends_on__gte=min(days)).as_periods()


def _of_calendar(cohort: Cohort, days: Collection[date]) -> list[Conflict]:
    """Return the conflicts of days with the cohort's dates, weekends, holidays, and the periods that the lab has
    recorded.
    """
    periods = _periods(days)
    zone = {"zone": cohort.authority.school_zone}
    return [Conflict(day, slug, zone) for day in days for slug in _calendar_conflict_slugs(day, cohort, periods)]


def _calendar_conflict_slugs(day: date, cohort: Cohort, periods: workdays.Periods) -> list[str]:
    """Return the slugs of the calendar's conflicts on one day, such as "weekend"; empty on a normal working day.

    `periods` are those recorded on the platform around the day.
    """
    start, end, calendar = cohort.starts_on, cohort.ends_on, cohort.authority.calendar
    checks = {
        "outside_cohort": bool((start and day < start) or (end and day > end)),
        "weekend": day.weekday() >= workdays.SATURDAY,
        "public_holiday": workdays.is_public_holiday(day, calendar),
        "school_holiday": workdays.is_school_holiday(day, calendar, periods),
        "closed_season": workdays.is_closed_season(day),
        "closed_period": workdays.in_period(workdays.PeriodKind.CLOSED, day, calendar, periods),
        "bridge": workdays.is_bridge(day, calendar),
    }
    return [slug for slug, applies in checks.items() if applies]
