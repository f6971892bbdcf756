"""Prototypes of an idea: numbered versions, each with a question to answer."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from prototypes.enums import PROTOTYPE_TRANSITIONS, Fidelity, PrototypeState
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import OF_IDEA, STARTS, YEAR, IdeaUpdate, is_new_or_changed
from prototypes.visibility import readable_by
from web.database.columns import choices_constraint, idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.text_search import joined_text, words_field
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule, StateMachine
from web.forms.edit_conflicts import column_values

PROTOTYPE_TEXT = joined_text("title", "medium", "question", "description")


class PrototypeQuerySet(models.QuerySet["Prototype"]):
    def visible_to(self, user: User) -> "PrototypeQuerySet":
        """Return the prototypes that the person may read: of ideas of their cohorts, or shared with their editions.

        Lab staff read all. Past members read the prototypes that existed on their last day.
        """
        return self.filter(readable_by(user, "idea__", "created_on"))


@tracked()
class Prototype(models.Model):
    """One version of something that makes an idea tangible enough to be tested."""

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="prototypes", verbose_name=_("idea"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=160)
    medium = models.CharField(_("medium"), max_length=120, blank=True)
    fidelity = models.PositiveSmallIntegerField(
        _("realism"), choices=Fidelity.choices, default=Fidelity.SKETCH, null=True, blank=True
    )
    question = models.TextField(_("question the prototype answers"), blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("replaces")
    )
    state = models.CharField(_("state"), max_length=7, choices=PrototypeState.choices, default=PrototypeState.DRAFT)
    description = models.TextField(_("description"), blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()
    search_vector = words_field("title", PROTOTYPE_TEXT)

    objects = PrototypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("prototype")
        verbose_name_plural = _("prototypes")
        ordering: ClassVar[list[str]] = ["idea", "version"]
        indexes = [GinIndex(fields=["search_vector"], name="prototype_words")]
        constraints = [
            models.UniqueConstraint(fields=["idea", "version"], name="prototype_version_once"),
            models.UniqueConstraint(fields=["idempotency_key"], name="prototype_idempotency_key_unique"),
            choices_constraint("state", PrototypeState, "prototype_state_known"),
            models.CheckConstraint(condition=Q(fidelity=None) | Q(fidelity__range=(1, 5)), name="prototype_fidelity"),
            models.CheckConstraint(
                condition=Q(retrospective=True) | Q(made_on__isnull=False, fidelity__isnull=False),
                name="prototype_date_known",
            ),
        ]
        triggers = [
            StateMachine(
                name="prototype_state",
                transitions=PROTOTYPE_TRANSITIONS,
                initial=[PrototypeState.DRAFT],
                retrospective=True,
            ),
            Rule(
                name="prototype_supersedes_earlier",
                broken="NEW.supersedes_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM prototypes_prototype p"
                " WHERE p.id = NEW.supersedes_id AND p.idea_id = NEW.idea_id AND p.version < NEW.version)",
            ),
            Rule(
                name="prototype_made_in_time",
                broken=f"{is_new_or_changed('made_on')} AND NEW.made_on < (SELECT {STARTS} - {YEAR} {OF_IDEA})",
            ),
            Rule(
                name="prototype_made_before_its_tests",
                broken=f"TG_OP = 'UPDATE' AND {is_new_or_changed('made_on')} AND EXISTS"
                " (SELECT 1 FROM prototypes_trial t WHERE t.prototype_id = NEW.id AND NOT t.retrospective"
                " AND t.held_on < NEW.made_on)",
            ),
            FixedColumns("retrospective", name="prototype_retrospective_fixed"),
            FixedColumns("idea_id", name="prototype_idea_fixed"),
            IdeaUpdate(name="prototype_updates_idea", days=["made_on"], idea="NEW.idea_id"),
            created_on_is_fixed("prototype_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the title of the prototype."""
        return self.title

    def get_absolute_url(self) -> str:
        """Return the URL of the prototype's page."""
        return reverse("prototypes:prototype", args=[self.pk])

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form to edit the prototype, by field, such as title, medium, fidelity,
        question and made_on.
        """
        return column_values(self, "title", "medium", "fidelity", "question", "supersedes", "made_on", "description")

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows the prototype's state: "waiting", "done", "open" or "neutral"."""
        return PrototypeState(self.state).tone
