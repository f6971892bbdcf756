"""What people confirmed of ideas: that one still is as its page says, on a day, and what shows it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prototypes.columns import known
from prototypes.enums import IDEA_REPLACED, IdeaState
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import WorkSign, listed
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule

OF_THE_MOMENT = "(SELECT i.state FROM prototypes_idea i WHERE i.id = NEW.idea_id FOR NO KEY UPDATE) <> NEW.state"
COUNTED = f"""EXISTS (SELECT 1 FROM prototypes_idea i WHERE i.id = NEW.idea_id
    AND (i.retrospective OR i.accepted_on IS NULL OR i.state IN ({listed(IDEA_REPLACED)})))"""
STILL_TO_COME = """NEW.confirmed_on > (SELECT (NEW.recorded_at AT TIME ZONE a.time_zone)::date
    FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id
    JOIN programmes_authority a ON a.id = c.authority_id WHERE i.id = NEW.idea_id)"""


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def latest_first(self) -> "ConfirmationQuerySet":
        return self.order_by("-recorded_at", "-pk")


@tracked()
class Confirmation(models.Model):
    """Somebody looked, and an idea that counts in the rates still was in its `state`: a sign, no change.

    Appended, never changed: a mistake is corrected by a later one, or by what is recorded of the idea itself.
    `confirmed_on` is the authority's local date.
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
            known("state", IdeaState, "confirmation_state_known"),
            models.CheckConstraint(condition=~Q(state="implemented", evidence=""), name="confirmation_shown"),
        ]
        triggers = [
            Rule(name="confirmation_counted", operation=pgtrigger.Insert, broken=COUNTED),
            Rule(name="confirmation_not_future", operation=pgtrigger.Insert, broken=STILL_TO_COME),
            Rule(name="confirmation_of_the_moment", operation=pgtrigger.Insert, broken=OF_THE_MOMENT),
            Frozen(name="confirmation_append_only", but=["by_id"]),
            NoTruncate(name="confirmation_no_truncate"),
            WorkSign(name="confirmation_sign", days=["confirmed_on"], idea="NEW.idea_id"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} · {self.confirmed_on}"
