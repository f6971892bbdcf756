"""Where a cohort departs from its format: too many on-site weeks, or a required discipline that nobody brings."""

from collections.abc import Collection, Iterable
from datetime import date
from unicodedata import combining, normalize

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Session
from cohorts.people.enums import Role
from cohorts.sessions.enums import SessionKind, SessionState
from programmes.enums import Family
from web.errors import DomainError

ENDED = (CohortState.COMPLETED, CohortState.ALUMNI, CohortState.WITHDRAWN)


def departures_from_format(cohort: Cohort, on: date, sessions: Collection[Session] | None = None) -> list[str]:
    """Return one sentence for each departure, given the members from that day on; none once the cohort has ended.

    `sessions` saves a statement: the sessions of the cohort that are not cancelled. Two statements at most.
    """
    if cohort.retrospective or cohort.state in ENDED:
        return []
    return list(filter(None, [surplus_weeks_warning(cohort, sessions), _missing_disciplines(cohort, on)]))


def surplus_weeks_warning(cohort: Cohort, sessions: Collection[Session] | None = None, *, more: int = 0) -> str:
    """Return the warning when the on-site weeks, plus `more`, exceed those of the format; else "".

    A format without on-site weeks is checked only in residencies: elsewhere an immersion need not last a week.
    """
    allowed = cohort.edition.format.onsite_weeks
    if not allowed and cohort.edition.programme.family != Family.RESIDENCY:
        return ""
    planned = _count_weeks(cohort, sessions) + more
    if planned <= allowed:
        return ""
    weeks = ngettext("%(planned)d on-site week", "%(planned)d on-site weeks", planned) % {"planned": planned}
    return _("%(weeks)s: the format has %(allowed)d.") % {"weeks": weeks, "allowed": allowed}


def format_exception_with(cohort: Cohort, departures: Collection[str], reason: str) -> str:
    """Return the cohort's `format_exception` with the reason added; raise DomainError where one is needed."""
    reason = reason.strip()
    if departures and not reason:
        why = _("Say why the cohort departs from its format.")
        raise DomainError(" ".join([*departures, why]), field="reason")
    known = cohort.format_exception
    return known if not departures or reason in known.splitlines() else f"{known}\n{reason}".strip()


def _count_weeks(cohort: Cohort, sessions: Collection[Session] | None) -> int:
    if sessions is None:
        weeks = cohort.sessions.filter(kind=SessionKind.IMMERSION).exclude(state=SessionState.CANCELLED)
        return weeks.count()
    return sum(session.kind == SessionKind.IMMERSION for session in sessions)


def _missing_disciplines(cohort: Cohort, on: date) -> str:
    required = cohort.edition.format.required_disciplines
    if not required:
        return ""
    here = cohort.memberships.filter(Q(ends_on=None) | Q(ends_on__gte=on), role=Role.RESIDENT)
    brought = _comparable_names(here.values_list("discipline", flat=True))
    missing = [name for name in required if not _comparable_names([name]) & brought]
    if not missing:
        return ""
    return _("Required disciplines without a resident: %(missing)s.") % {"missing": ", ".join(missing)}


def _comparable_names(names: Iterable[str]) -> set[str]:
    """Return the names as people compare them: without accents, capitals and outer spaces."""
    decomposed = (normalize("NFKD", name.strip().casefold()) for name in names)
    return {"".join(sign for sign in name if not combining(sign)) for name in decomposed}
