"""Confirmations of ideas: on a day a person found the state still correct, with evidence."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prototypes.enums import IDEA_REPLACED, IdeaState
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import IdeaUpdate, sql_list
from web.database.columns import choices_constraint
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule

STATE_CHANGED_SINCE = "(SELECT i.state FROM prototypes_idea i WHERE i.id = NEW.idea_id FOR NO KEY UPDATE) <> NEW.state"
NOT_COUNTED = f"""EXISTS (SELECT 1 FROM prototypes_idea i WHERE i.id = NEW.idea_id
    AND (i.retrospective OR i.accepted_on IS NULL OR i.state IN ({sql_list(IDEA_REPLACED)})))"""
IN_THE_FUTURE = """NEW.confirmed_on > (SELECT (NEW.recorded_at AT TIME ZONE a.time_zone)::date
    FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id
    JOIN programmes_authority a ON a.id = c.authority_id WHERE i.id = NEW.idea_id)"""


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def latest_first(self) -> "ConfirmationQuerySet":
        """Order confirmations by the moment they were recorded, the latest first."""
        return self.order_by("-recorded_at", "-pk")


@tracked()
class Confirmation(models.Model):
    """A confirmation that the `state` of an idea that counts in the rates is still correct.

    Rows are appended and never changed: a mistake is corrected by a later confirmation, or by a change of the idea.
    `confirmed_on` is the local date of the authority.
    """

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="confirmations", verbose_name=_("idea"))
    state = models.CharField(_("state"), max_length=12, choices=IdeaState.choices)
    confirmed_on = models.DateField(_("confirmed on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    evidence = models.TextField(_("evidence"), blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering: ClassVar[list[str]] = ["idea", "recorded_at", "id"]
        constraints = [
            choices_constraint("state", IdeaState, "confirmation_state_known"),
            models.CheckConstraint(condition=~Q(state="implemented", evidence=""), name="confirmation_evidence"),
        ]
        triggers = [
            Rule(name="confirmation_counted", operation=pgtrigger.Insert, broken=NOT_COUNTED),
            Rule(name="confirmation_not_future", operation=pgtrigger.Insert, broken=IN_THE_FUTURE),
            Rule(name="confirmation_current_state", operation=pgtrigger.Insert, broken=STATE_CHANGED_SINCE),
            Frozen(name="confirmation_append_only", mutable_columns=["by_id"]),
            NoTruncate(name="confirmation_no_truncate"),
            IdeaUpdate(name="confirmation_updates_idea", days=["confirmed_on"], idea="NEW.idea_id"),
        ]

    def __str__(self) -> str:
        """Return the confirmed state and the day, like “in test · 2026-11-24”."""
        return f"{self.get_state_display()} · {self.confirmed_on}"
