"""Who may see the plans of a residency: those who plan its sessions, and readers of the lab, who change nothing.

Plans of an edition are the lab's.
"""

from typing import Final

from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.permissions import lab_roles
from accounts.roles import LEADS_AND_RESIDENTS, STAFF, STAFF_AND_READERS, Roles
from cohorts.permissions import ONLY_LEADS_AND_RESIDENTS, ONLY_STAFF, decide
from web.decisions import Decision

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "see_plans": (LEADS_AND_RESIDENTS | STAFF_AND_READERS, ONLY_LEADS_AND_RESIDENTS),
    "see_plans_of_edition": (STAFF_AND_READERS, ONLY_STAFF),
    "plan_edition": (STAFF, ONLY_STAFF),
}


def can_see_plans(roles: Roles) -> Decision:
    """Return whether someone with these roles may see the plans of the cohort's on-site weeks, absences included.

    To change something takes `cohorts.permissions.can_plan_sessions`.
    """
    return decide(roles, *TABLE["see_plans"])


def can_see_plans_of_edition(user: User) -> Decision:
    """Return whether a person may see the plans of an edition: lab staff, and readers of the lab."""
    return decide(lab_roles(user), *TABLE["see_plans_of_edition"])


def can_plan_edition(user: User) -> Decision:
    """Return whether a person may have the plans of an edition calculated, and use them: lab staff."""
    return decide(lab_roles(user), *TABLE["plan_edition"])
