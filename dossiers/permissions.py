"""For which readers a person may make a dossier: one table of roles, and the decision on each circle."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.permissions import can_change_as_lab
from accounts.roles import ACTIVE, LEADS, Role, Roles
from cohorts.models import Cohort
from cohorts.permissions import ONLY_STAFF, decide, roles_of, takes_part_in
from dossiers.enums import DossierAudience
from programmes.models import Edition
from prototypes.models import Idea
from web.dates.clock import Day
from web.decisions import ALLOW, Decision, deny

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "make_dossiers_for_authority": (ACTIVE, _("Only people active in this cohort can do this.")),
    "make_dossiers_for_edition": (
        ACTIVE | {Role.NEIGHBOUR},
        _("Only people active in a cohort of the edition can do this."),
    ),
    "make_dossiers_for_public": (
        LEADS | {Role.ADMIN},
        _("Only the lab, the cohort’s coordinator, its pilot and the authority’s admin can do this."),
    ),
}
NOT_SHARED: Final = _("Share the idea with the edition first.")
NOT_OF_ONE_AUTHORITY: Final = _("An edition has several authorities: make the dossier of your cohort instead.")


def audience_decisions(subject: Idea | Cohort | Edition, user: User, today: Day) -> Mapping[DossierAudience, Decision]:
    """Return for each circle of readers whether the user may make a dossier of the subject for it on `today`.

    Everyone who may see the subject may make one for themselves. One statement.
    """
    if isinstance(subject, Edition):
        as_lab, reason = can_change_as_lab(user, ONLY_STAFF), TABLE["make_dossiers_for_edition"][1]
        takes_part = as_lab or takes_part_in(user, subject, today)
        return {
            DossierAudience.ME: ALLOW,
            DossierAudience.AUTHORITY: deny(NOT_OF_ONE_AUTHORITY),
            DossierAudience.EDITION: ALLOW if takes_part else deny(reason),
            DossierAudience.PUBLIC: as_lab,
        }
    roles = roles_of(user, subject.cohort if isinstance(subject, Idea) else subject, today)
    decisions = {DossierAudience.ME: ALLOW} | {
        audience: decide(roles, *TABLE[f"make_dossiers_for_{audience.value}"])
        for audience in (DossierAudience.AUTHORITY, DossierAudience.EDITION, DossierAudience.PUBLIC)
    }
    if isinstance(subject, Idea) and not (subject.shared_with_edition or subject.retrospective):
        decisions |= dict.fromkeys((DossierAudience.EDITION, DossierAudience.PUBLIC), deny(NOT_SHARED))
    return decisions
