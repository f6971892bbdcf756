"""Who may let the figures of a cohort be shared, and who may end that: one table of roles."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.roles import LAB_PILOT_AND_ADMIN, Role, Roles
from cohorts.permissions import ONLY_LAB_PILOT_AND_ADMIN, decide
from web.decisions import Decision

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "share_figures": (
        frozenset({Role.PILOT, Role.ADMIN}),
        _("Only the pilot of the cohort and the admin of its authority can do this."),
    ),
    "stop_sharing_figures": (LAB_PILOT_AND_ADMIN, ONLY_LAB_PILOT_AND_ADMIN),
}


def can_share_figures(roles: Roles) -> Decision:
    """Allow the pilot and the authority's admin to share the figures of the cohort in which they have these roles.

    The lab cannot: it would consent to its own wish.
    """
    return decide(roles, *TABLE["share_figures"])


def can_stop_sharing_figures(roles: Roles) -> Decision:
    """Allow the pilot, the authority's admin and the lab to stop the sharing of the cohort's figures."""
    return decide(roles, *TABLE["stop_sharing_figures"])
