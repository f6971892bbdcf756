"""What speaks against a day for a session of a cohort, in words: its calendar, sessions, design team and edition."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.models import Attendance, Cohort, Membership, Session
from cohorts.people.enums import CORE_ROLES, Role
from cohorts.registries import days_taken
from programmes import workdays
from programmes.models import CalendarPeriod
from web.dates.plausible import far_from
from web.errors import DomainError
from web.text import formats

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
    """One thing that speaks against one day. `details` fill the sentence."""

    day: date
    slug: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def impossible(self) -> bool:
        return self.slug in IMPOSSIBLE

    @property
    def sentence(self) -> str:
        """In the reader's language."""
        day = formats.weekday(self.day, (get_language() or "fr")[:2])
        return str((IMPOSSIBLE | COSTLY)[self.slug]) % {"day": day, **self.details}


class DatesInConflict(DomainError):
    """Something speaks against the days; `conflicts` say what, `impossible` whether they can be kept all the same."""

    def __init__(self, conflicts: Collection[Conflict]) -> None:
        super().__init__(" ".join(conflict.sentence for conflict in conflicts))
        self.conflicts = conflicts
        self.impossible = any(conflict.impossible for conflict in conflicts)


def conflicts_of(*, cohort: Cohort, days: Collection[date], session: Session | None = None) -> list[Conflict]:
    """What speaks against the days for a session of the cohort (`session`, where it exists), day by day, worst first.

    Four statements, however many days, and those of the apps above that take days.
    """
    near = [day for day in days if not far_from(day, cohort.starts_on, cohort.ends_on)]
    found = [Conflict(day, "far_away") for day in days if day not in near]
    if near:
        found += _of_design_team(cohort, near) + _of_calendar(cohort, near) + _of_sessions(cohort, near, session)
        found += _of_edition(cohort, near)
    order = [*IMPOSSIBLE, *COSTLY]
    return sorted(found, key=lambda conflict: (conflict.day, order.index(conflict.slug)))


def _of_design_team(cohort: Cohort, days: Collection[date]) -> list[Conflict]:
    """Residents of this cohort booked elsewhere, and people of this cohort who are residents where they are booked."""
    members = Membership.objects.filter(cohort=cohort, role__in=CORE_ROLES)
    booked = Attendance.objects.elsewhere(cohort).filter(day__date__in=days, member__user__in=members.values("user"))
    here = list(members.values_list("user", "role", "starts_on", "ends_on"))
    found = {
        (day, name)
        for day, user, name, role in booked.values_list(
            "day__date", "member__user", "member__user__full_name", "member__role"
        )
        for person, own, starts, ends in here
        if person == user and starts <= day <= (ends or day) and Role.RESIDENT in (role, own)
    }
    return [Conflict(day, "design_team_elsewhere", {"who": name}) for day, name in sorted(found)]


def _of_sessions(cohort: Cohort, days: Collection[date], session: Session | None) -> list[Conflict]:
    others = Session.objects.filter(cohort=cohort, days__date__in=days).exclude(state__in=("cancelled", "postponed"))
    if session:
        others = others.exclude(pk=session.pk)
    rows = others.values_list("days__date", "number")
    return [Conflict(day, "other_session", {"what": number}) for day, number in rows]


def _of_edition(cohort: Cohort, days: Collection[date]) -> list[Conflict]:
    taken = [found for days_of in days_taken for found in days_of(cohort.edition_id, days)]
    slugs = {True: "edition_meets", False: "edition_may_meet"}
    return [Conflict(day, slugs[settled], {"what": name}) for day, name, settled in taken]


def _of_calendar(cohort: Cohort, days: Collection[date]) -> list[Conflict]:
    periods = CalendarPeriod.objects.filter(starts_on__lte=max(days), ends_on__gte=min(days)).as_periods()
    zone = {"zone": cohort.authority.school_zone}
    return [Conflict(day, slug, zone) for day in days for slug in _slugs(day, cohort, periods)]


def _slugs(day: date, cohort: Cohort, periods: workdays.Periods) -> list[str]:
    start, end, place = cohort.starts_on, cohort.ends_on, cohort.authority.calendar
    against = {
        "outside_cohort": bool((start and day < start) or (end and day > end)),
        "weekend": day.weekday() >= workdays.SATURDAY,
        "public_holiday": workdays.is_public_holiday(day, place),
        "school_holiday": workdays.is_school_holiday(day, place, periods),
        "closed_season": workdays.is_closed_season(day),
        "closed_period": workdays.in_period(workdays.PeriodKind.CLOSED, day, place, periods),
        "bridge": workdays.is_bridge(day, place),
    }
    return [slug for slug, holds in against.items() if holds]
