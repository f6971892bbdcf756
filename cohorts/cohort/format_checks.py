"""Checks of a cohort against its format: too many on-site weeks, or a required discipline that no resident has."""

from collections.abc import Collection, Iterable
from datetime import date
from unicodedata import combining, normalize

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Session
from cohorts.people.enums import MembershipRole
from cohorts.sessions.enums import SessionKind, SessionState
from programmes.enums import ProgrammeFamily
from web.errors import DomainError

ENDED_STATES = (CohortState.COMPLETED, CohortState.ALUMNI, CohortState.WITHDRAWN)


def deviations_from_format(cohort: Cohort, on: date, sessions: Collection[Session] | None = None) -> list[str]:
    """Return a sentence for each way in which the cohort departs from its format; empty once it has ended.

    The ways are too many on-site weeks, and a required discipline without a resident who is a member on day `on` or
    later. `sessions`, those not cancelled, saves a statement when they are loaded already. Published facts have none.
    Two statements at most.
    """
    if cohort.retrospective or cohort.state in ENDED_STATES:
        return []
    return list(filter(None, [surplus_weeks_warning(cohort, sessions), _missing_disciplines(cohort, on)]))


def surplus_weeks_warning(cohort: Cohort, sessions: Collection[Session] | None = None, *, more: int = 0) -> str:
    """Return a warning when the cohort has more on-site weeks than its format allows; "" when it has not.

    `more` weeks are added to those among `sessions` (the cohort's, without cancelled ones; read from the database if
    None). A format without on-site weeks is checked only in residencies: elsewhere an immersion need not last a week.
    """
    allowed = cohort.edition.format.onsite_weeks
    if not allowed and cohort.edition.programme.family != ProgrammeFamily.RESIDENCY:
        return ""
    planned = _count_weeks(cohort, sessions) + more
    if planned <= allowed:
        return ""
    weeks = ngettext("%(planned)d on-site week", "%(planned)d on-site weeks", planned) % {"planned": planned}
    return _("%(weeks)s: the format has %(allowed)d.") % {"weeks": weeks, "allowed": allowed}


def format_exception_with(cohort: Cohort, deviations: Collection[str], reason: str) -> str:
    """Return the cohort's recorded reasons for departing from its format, with `reason` added as a new line.

    `deviations` are sentences on how it departs; without any, or if the reason is recorded already, nothing is added.
    Nothing is saved. Raises DomainError when there are deviations and the reason is empty.
    """
    reason = reason.strip()
    if deviations and not reason:
        why = _("Say why the cohort departs from its format.")
        raise DomainError(" ".join([*deviations, why]), field="reason")
    exception = cohort.format_exception
    return exception if not deviations or reason in exception.splitlines() else f"{exception}\n{reason}".strip()


def _count_weeks(cohort: Cohort, sessions: Collection[Session] | None) -> int:
    """Return the number of on-site weeks (sessions of the kind “immersion”) of a cohort, without cancelled ones.

    `sessions` are its sessions that are not cancelled; None reads them from the database.
    """
    if sessions is None:
        weeks = cohort.sessions.filter(kind=SessionKind.IMMERSION).exclude(state=SessionState.CANCELLED)
        return weeks.count()
    return sum(session.kind == SessionKind.IMMERSION for session in sessions)


def _missing_disciplines(cohort: Cohort, on: date) -> str:
    """Return a sentence that names the disciplines which the format requires and no resident has; "" when none is
    missing.

    Only residents who are members on day `on` or later count.
    """
    required = cohort.edition.format.required_disciplines
    if not required:
        return ""
    residents = cohort.memberships.filter(Q(ends_on=None) | Q(ends_on__gte=on), role=MembershipRole.RESIDENT)
    present_disciplines = _comparable_names(residents.values_list("discipline", flat=True))
    missing = [name for name in required if not _comparable_names([name]) & present_disciplines]
    if not missing:
        return ""
    return _("Required disciplines without a resident: %(missing)s.") % {"missing": ", ".join(missing)}


def _comparable_names(names: Iterable[str]) -> set[str]:
    """Return the names of disciplines in lower case, without accents and surrounding spaces, so that they can be
    compared.
    """
    return {comparable_name(name) for name in names}


def comparable_name(name: str) -> str:
    """Return the name of a discipline in lower case, without accents and surrounding spaces."""
    return "".join(sign for sign in normalize("NFKD", name.strip().casefold()) if not combining(sign))
