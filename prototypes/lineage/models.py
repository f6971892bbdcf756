"""Links between ideas and the ideas that they come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prototypes.enums import LineageKind
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import LineageClock, LineageRules
from web.database.columns import choices_constraint
from web.database.tracking import tracked
from web.database.triggers import Frozen


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
