"""Roles people have in a cohort."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MembershipRole(models.TextChoices):
    """The roles that people have in a cohort."""

    AMBASSADOR = "ambassador", _("ambassador")
    RELAY = "relay", _("relay")
    PILOT = "pilot", _("pilot")
    RESIDENT = "resident", _("resident")
    COORDINATOR = "coordinator", _("coordinator")
    ELECTED = "elected", _("elected official")
    DIRECTION = "direction", _("direction")


# Expected at every session; a person with several roles counts under the first. The others come when invited.
CORE_ROLES = (MembershipRole.AMBASSADOR, MembershipRole.PILOT, MembershipRole.RESIDENT, MembershipRole.COORDINATOR)
INVITED_ROLES = (MembershipRole.RELAY, MembershipRole.ELECTED, MembershipRole.DIRECTION)
ROLE_ORDER = (*CORE_ROLES, *INVITED_ROLES)  # of people in the lists of a session
