"""Whether money or days are planned or spent, what they are for, and whose days are counted."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.people.enums import MembershipRole


class BudgetKind(models.TextChoices):
    """Whether a cost is planned or spent."""

    PLANNED = "planned", pgettext_lazy("cost", "planned")
    SPENT = "spent", pgettext_lazy("cost", "spent")


class CostCategory(models.TextChoices):
    """What a cost is for; the first two are also those of days that are counted."""

    DESIGN_TEAM = "design_team", _("work of the design team")
    AGENTS = "agents", _("work of civil servants")
    TRAVEL = "travel", _("travel and accommodation")
    VENUE = "venue", _("rooms and meals")
    MATERIALS = "materials", _("materials and prototypes")
    SERVICES = "services", _("services bought")
    OTHER = "other", _("other costs")


class DayGroup(models.TextChoices):
    """The people whose days in sessions are counted, and have a rate."""

    DESIGN_TEAM = "design_team", _("design team")
    AGENTS = "agents", _("civil servants")


# Elected officials are neither: their days are not counted.
GROUP_OF_ROLE: Final = {
    MembershipRole.RESIDENT: DayGroup.DESIGN_TEAM,
    MembershipRole.COORDINATOR: DayGroup.DESIGN_TEAM,
    MembershipRole.AMBASSADOR: DayGroup.AGENTS,
    MembershipRole.PILOT: DayGroup.AGENTS,
    MembershipRole.RELAY: DayGroup.AGENTS,
    MembershipRole.DIRECTION: DayGroup.AGENTS,
}
