"""Who may see the plans of a residency: those who plan its sessions, and readers of the lab, who change nothing."""

from typing import Final

from django_stubs_ext import StrOrPromise

from accounts.roles import LEADS_AND_RESIDENTS, STAFF_AND_READERS, Roles
from cohorts.permissions import ONLY_LEADS_AND_RESIDENTS, decide
from web.decisions import Decision

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "see_plans": (LEADS_AND_RESIDENTS | STAFF_AND_READERS, ONLY_LEADS_AND_RESIDENTS)
}


def can_see_plans(roles: Roles) -> Decision:
    """Return whether someone with these roles may see the plans of the cohort's on-site weeks, absences included.

    To change something takes `cohorts.permissions.can_plan_sessions`.
    """
    return decide(roles, *TABLE["see_plans"])
