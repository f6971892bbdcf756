"""Roles people have in a cohort."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    AMBASSADOR = "ambassador", _("ambassador")
    RELAY = "relay", _("relay")
    PILOT = "pilot", _("pilot")
    RESIDENT = "resident", _("resident")
    COORDINATOR = "coordinator", _("coordinator")
    ELECTED = "elected", _("elected official")
    DIRECTION = "direction", _("direction")


# Expected at every session, the first role a person has counting; the others come when invited.
CORE_ROLES = (Role.AMBASSADOR, Role.PILOT, Role.RESIDENT, Role.COORDINATOR)
INVITED_ROLES = (Role.RELAY, Role.ELECTED, Role.DIRECTION)
