"""Co-authors of ideas, and links between ideas and their origins."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from prototypes.columns import choices_constraint
from prototypes.enums import LineageKind
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import LineageClock, LineageRules
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule


@tracked()
class IdeaAuthor(models.Model):
    """A co-author: a member of the cohort who may edit the idea like its owner."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="+", verbose_name=_("idea"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("co-author"))

    class Meta:
        verbose_name = _("co-author of an idea")
        verbose_name_plural = _("co-authors of ideas")
        constraints = [models.UniqueConstraint(fields=["idea", "user"], name="idea_author_once")]
        triggers = [
            Rule(
                name="idea_author_of_cohort",
                operation=pgtrigger.Insert,
                broken="NOT EXISTS (SELECT 1 FROM cohorts_membership m JOIN prototypes_idea i"
                " ON i.cohort_id = m.cohort_id WHERE i.id = NEW.idea_id AND m.user_id = NEW.user_id)",
            )
        ]

    def __str__(self) -> str:
        """Return the name of the co-author."""
        return str(self.user)


@tracked()
class Lineage(models.Model):
    """A link from an idea (`child`) to the one it comes from, as a part of it or as a reuse in another cohort.

    Merges are recorded by events, which can be corrected; these links never change.
    """

    child = models.ForeignKey(Idea, models.PROTECT, related_name="origins", verbose_name=_("idea"))
    parent = models.ForeignKey(Idea, models.PROTECT, related_name="offspring", verbose_name=_("comes from"))
    kind = models.CharField(_("kind"), max_length=5, choices=LineageKind.choices)

    class Meta:
        verbose_name = _("origin of an idea")
        verbose_name_plural = _("origins of ideas")
        constraints = [
            models.UniqueConstraint(fields=["child", "parent"], name="lineage_once"),
            choices_constraint("kind", LineageKind, "lineage_kind_known"),
        ]
        triggers = [
            LineageRules(name="lineage_origin"),
            LineageClock(name="lineage_clock"),
            Frozen(name="lineage_append_only"),
        ]

    def __str__(self) -> str:
        """Return the idea, and how it comes from which other idea: “PDL-004 … · part of PDL-003 …”."""
        return f"{self.child} · {self.get_kind_display()} {self.parent}"
