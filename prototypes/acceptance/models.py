"""Requests for the acceptance of ideas, by people who may not accept them themselves."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from prototypes.ideas.models import Idea
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule

NOT_WAITING = """NOT EXISTS (SELECT 1 FROM prototypes_idea i
    WHERE i.id = NEW.idea_id AND i.state = 'captured' AND NOT i.retrospective)"""


@tracked()
class AcceptanceRequest(models.Model):
    """A person asked that an idea be accepted. There is one for each idea, made while it waits to be accepted."""

    idea = models.OneToOneField(Idea, models.PROTECT, related_name="acceptance_request", verbose_name=_("idea"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    requested_at = models.DateTimeField(_("requested at"))

    class Meta:
        verbose_name = _("request for acceptance")
        verbose_name_plural = _("requests for acceptance")
        ordering: ClassVar[list[str]] = ["requested_at", "id"]
        triggers = [
            Rule(name="acceptance_request_waiting", operation=pgtrigger.Insert, broken=NOT_WAITING),
            Frozen(name="acceptance_request_append_only", mutable_columns=["by_id"]),
        ]

    def __str__(self) -> str:
        return str(self.idea)
