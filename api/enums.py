"""What a token may be used for: areas of the platform, each to read or to change."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Area(models.TextChoices):
    """A part of the platform that a token opens; each endpoint belongs to one."""

    PROGRAMMES = "programmes", _("Authorities, editions and methods")
    COHORTS = "cohorts", _("Cohorts, their members and sessions")
    IDEAS = "ideas", _("Challenges, ideas, prototypes, tests, implementations and canvases")
    EXCHANGES = "exchanges", _("Intertransfos and commitments")
    NOTES = "notes", _("Field notes")
    FIGURES = "figures", _("Figures")
    COSTS = "costs", _("Costs and funders")
    CALLS = "calls", _("Calls for authorities and their applications")
    FILES = "files", _("Pictures and documents")


class Permission(models.TextChoices):
    """What a token may do in an area. Whoever may change something there may also read."""

    READ = "read", pgettext_lazy("a token may", "read")
    WRITE = "write", pgettext_lazy("a token may", "read and change")


READ_ONLY: Final = (Area.PROGRAMMES, Area.FIGURES, Area.COSTS, Area.CALLS, Area.FILES)  # nothing changes there yet
ACCOUNT: Final = "account"  # in the document: endpoints that every valid token opens


def scope(area: Area, permission: Permission) -> str:
    """Return the name of a scope, such as `ideas:read`."""
    return f"{area.value}:{permission.value}"


SCOPES: Final = tuple(
    scope(area, permission)
    for area in Area
    for permission in Permission
    if permission == Permission.READ or area not in READ_ONLY
)
