"""Personas, journey maps, service blueprints and service models: texts in cells, each with its evidence.

One table holds all four kinds (decision 10). A `CanvasStep` is a step of a journey or a blueprint, or a trait of a
persona; a `CanvasCell` is the text of one cell.
"""

from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Left, Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from canvases.canvas_schema import (
    LANE_SLUGS,
    MAX_CHARACTERS,
    MAX_STEPS,
    PATTERNS,
    CanvasKind,
    CanvasPattern,
    CellState,
    Stance,
    cell_keys,
    scales,
)
from cohorts.models import Cohort, Session
from fieldwork.models import Insight, Note
from prototypes.challenges.models import Challenge
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import sql_list
from prototypes.trials.models import Trial
from prototypes.visibility import readable_by
from web.database.columns import idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.text_search import words_index
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule, columns_differ

OF_CANVAS = "FROM canvases_canvas c WHERE c.id = NEW.canvas_id"
MAX_FIELD_TITLE = 80  # characters of a field note that pages of canvases show
KINDS_WITHOUT_STEPS = [kind for kind, pattern in PATTERNS.items() if not pattern.lanes]


def _is_gone_or_of_other_cohort(table: str, column: str) -> str:
    """Return the SQL condition that the row of `table` whose key is in this column of a cell is gone, or of another
    cohort.
    """
    found = f"SELECT 1 FROM {table} o JOIN canvases_canvas c ON c.cohort_id = o.cohort_id"
    return f"NEW.{column} IS NOT NULL AND NOT EXISTS ({found} WHERE o.id = NEW.{column} AND c.id = NEW.canvas_id)"


class CanvasQuerySet(models.QuerySet["Canvas"]):
    def visible_to(self, user: User) -> "CanvasQuerySet":
        """Return the canvases that the person may read: those of their cohorts, and those shared with their edition.

        Lab staff read all, admins of an authority those of its cohorts, everyone signed in those of published cohorts.
        Past members read what existed on their last day.
        """
        return self.filter(readable_by(user))

    def with_counts(self) -> "CanvasQuerySet":
        """Annotate each canvas with `texts`, its number of cells that are not empty, and `assumptions`, how many of
        these are assumptions.
        """
        has_content = ~Q(cells__text="", cells__level=None)
        return self.annotate(
            texts=Count("cells", filter=has_content), assumptions=Count("cells", filter=Q(cells__assumption=True))
        )


class CanvasManager(models.Manager.from_queryset(CanvasQuerySet)):  # type: ignore[misc] # as Django documents it
    """Canvases of all kinds, or of the kind of a proxy model."""

    def get_queryset(self) -> "CanvasQuerySet":
        """Return the canvases of the manager's kind, such as all personas for `Persona`; for `Canvas` itself those of
        all kinds.
        """
        rows: CanvasQuerySet = super().get_queryset()
        return rows.filter(kind=self.model.KIND) if self.model.KIND else rows


@tracked()
class Canvas(models.Model):
    """A canvas that a cohort draws about people or a service, optionally for one challenge or one idea."""

    KIND: ClassVar[str] = ""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="canvases", verbose_name=_("cohort"))
    kind = models.CharField(_("kind"), max_length=17, choices=CanvasKind.choices)
    title = models.CharField(_("title"), max_length=160)
    challenge = models.ForeignKey(
        Challenge, models.PROTECT, null=True, blank=True, related_name="canvases", verbose_name=_("challenge")
    )
    idea = models.ForeignKey(
        Idea, models.PROTECT, null=True, blank=True, related_name="canvases", verbose_name=_("idea")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    shared_with_edition = models.BooleanField(_("shared with the edition"), default=False)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("copied from")
    )
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()

    objects = CanvasManager()

    class Meta:
        verbose_name = _("canvas")
        verbose_name_plural = _("canvases")
        indexes = [words_index("title", name="canvas_words")]
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="canvas_idempotency_key_unique"),
            models.CheckConstraint(condition=~Q(title=""), name="canvas_titled"),
            models.CheckConstraint(condition=Q(kind__in=CanvasKind.values), name="canvas_kind"),
            models.CheckConstraint(condition=Q(challenge=None) | Q(idea=None), name="canvas_about_one"),
        ]
        triggers = [
            FixedColumns("cohort_id", "kind", "copied_from_id", name="canvas_fixed"),
            Rule(
                name="canvas_about_of_cohort",
                broken="EXISTS (SELECT 1 FROM prototypes_idea i WHERE i.id = NEW.idea_id"
                " AND i.cohort_id <> NEW.cohort_id) OR EXISTS (SELECT 1 FROM prototypes_challenge c"
                " WHERE c.id = NEW.challenge_id AND c.cohort_id <> NEW.cohort_id)",
            ),
            Rule(
                name="canvas_copy_of_kind",
                broken="EXISTS (SELECT 1 FROM canvases_canvas c WHERE c.id = NEW.copied_from_id"
                " AND c.kind <> NEW.kind)",
            ),
            created_on_is_fixed("canvas_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("canvases:canvas", args=[self.pk])

    @property
    def pattern(self) -> CanvasPattern:
        """Return the structure of this kind of canvas: its sections, the lanes of its steps, and its labels."""
        return PATTERNS[self.kind]

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form for editing the canvas: `title`, and `about`, its subject like "idea-12"
        or "".
        """
        about = (
            f"idea-{self.idea_id}" if self.idea_id else f"challenge-{self.challenge_id}" if self.challenge_id else ""
        )
        return {"title": self.title, "about": about}


class Persona(Canvas):
    KIND = CanvasKind.PERSONA

    class Meta:
        proxy = True
        verbose_name = _("persona")
        verbose_name_plural = _("personas")


class JourneyMap(Canvas):
    KIND = CanvasKind.JOURNEY

    class Meta:
        proxy = True
        verbose_name = _("journey map")
        verbose_name_plural = _("journey maps")


class ServiceBlueprint(Canvas):
    KIND = CanvasKind.BLUEPRINT

    class Meta:
        proxy = True
        verbose_name = _("service blueprint")
        verbose_name_plural = _("service blueprints")


class ServiceModel(Canvas):
    KIND = CanvasKind.SERVICE

    class Meta:
        proxy = True
        verbose_name = _("service model")
        verbose_name_plural = _("service models")


@tracked()
class CanvasStep(models.Model):
    """A column of a canvas: a step of a journey or of a service, a trait of a persona."""

    canvas = models.ForeignKey(Canvas, models.PROTECT, related_name="steps", verbose_name=_("canvas"))
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=120)
    idempotency_key = idempotency_key_field()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering: ClassVar[list[str]] = ["canvas", "position"]
        indexes = [words_index("name", name="canvas_step_words")]
        constraints = [
            models.UniqueConstraint(
                fields=["canvas", "position"], name="canvas_step_order_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["idempotency_key"], name="canvas_step_idempotency_key_unique"),
            models.CheckConstraint(condition=Q(position__range=(1, MAX_STEPS)), name="canvas_step_room"),
            models.CheckConstraint(condition=~Q(name=""), name="canvas_step_named"),
        ]
        triggers = [
            FixedColumns("canvas_id", name="canvas_step_fixed"),
            Rule(
                name="canvas_step_of_kind",
                broken=f"EXISTS (SELECT 1 {OF_CANVAS} AND c.kind IN ({sql_list(KINDS_WITHOUT_STEPS)}))",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _cites(**evidence: Any) -> Q:
    """Return the condition that a cell has this evidence and no other; without any, that it has none."""
    named = {lookup.partition("__")[0] for lookup in evidence}
    nothing = {"assumption": False, "session": None, "trial": None, "note": None, "insight": None, "stance": ""}
    return Q(**{name: value for name, value in nothing.items() if name not in named}, **evidence)


IS_EMPTY = Q(text="", level=None)
# An assumption may name a test that will confirm or refute it.
IS_ASSUMPTION = Q(assumption=True, session=None, note=None, insight=None, stance="")
CITES_WORK = (
    _cites(session__isnull=False)
    | _cites(note__isnull=False)
    | _cites(insight__isnull=False)
    | _cites(trial__isnull=False, stance__in=Stance.values)
)
LEVEL_ON_SCALE = [Q(lane=lane, level__range=ends) for lane, ends in scales().items()]
CONTENT = ("text", "level", "assumption", "session_id", "trial_id", "note_id", "insight_id", "stance")


# The state of a text, from its evidence or from the result of the test that its assumption named.
CELL_STATE = Case(
    When(text="", level=None, then=Value("")),
    When(stance=Stance.SUPPORTS, then=Value(CellState.SUPPORTED)),
    When(stance=Stance.CONTRADICTS, then=Value(CellState.CONTRADICTED)),
    When(assumption=True, trial__state="concluded", trial__result="met", then=Value(CellState.SUPPORTED)),
    When(assumption=True, trial__state="concluded", trial__result="not_met", then=Value(CellState.CONTRADICTED)),
    When(assumption=True, then=Value(CellState.ASSUMPTION)),
    When(session=None, then=Value(CellState.FIELD)),
    default=Value(CellState.CITED),
    output_field=models.CharField(),
)


class CanvasCellQuerySet(models.QuerySet["CanvasCell"]):
    def with_state(self) -> "CanvasCellQuerySet":
        """Annotate each cell with `cell_state`: "assumption", "cited", "field", "supported" or "contradicted", "" for
        an empty cell.

        An assumption whose test is concluded takes its state from the result. Session, test and editor are read along.
        """
        return self.annotate(cell_state=CELL_STATE).select_related("session", "trial", "edited_by")

    def with_field_evidence(self, user: User) -> "CanvasCellQuerySet":
        """Annotate what each cell cites from the field, as far as the person may read it.

        `field_title` is the beginning of the note or the name of the insight, None for people who may not read it.
        `is_withdrawn` says that the note was removed, or that its consent has ended; its content is for nobody then.
        """
        notes = Note.objects.usable().filter(pk=OuterRef("note"))
        insights = Insight.objects.visible_to(user).filter(pk=OuterRef("insight"))
        title = Left("text", MAX_FIELD_TITLE)
        return self.annotate(
            field_title=Coalesce(
                Subquery(notes.visible_to(user).values(title=title)), Subquery(insights.values("title"))
            ),
            is_withdrawn=Q(note__isnull=False) & ~Exists(notes),
        )


@tracked()
class CanvasCell(models.Model):
    """The text of one cell: a section, or a lane at a step; with exactly one kind of evidence.

    It is an assumption (optionally with a test that will check it), was seen in a session, cites a field note or an
    insight, or is supported or contradicted by a concluded test. `version` counts the changes; a deleted text stays as
    an empty row.
    """

    canvas = models.ForeignKey(Canvas, models.PROTECT, related_name="cells", verbose_name=_("canvas"))
    step = models.ForeignKey(
        CanvasStep, models.CASCADE, null=True, blank=True, related_name="cells", verbose_name=_("step")
    )
    lane = models.CharField(_("lane"), max_length=16, choices=[(lane, lane) for lane in LANE_SLUGS])
    text = models.TextField(_("text"), blank=True)
    level = models.SmallIntegerField(_("level"), null=True, blank=True)
    assumption = models.BooleanField(_("assumption"), default=False)
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="canvas_cells", verbose_name=_("session")
    )
    trial = models.ForeignKey(
        Trial, models.PROTECT, null=True, blank=True, related_name="canvas_cells", verbose_name=_("test")
    )
    note = models.ForeignKey(
        Note, models.PROTECT, null=True, blank=True, related_name="canvas_cells", verbose_name=_("field note")
    )
    insight = models.ForeignKey(
        Insight, models.PROTECT, null=True, blank=True, related_name="canvas_cells", verbose_name=_("insight")
    )
    stance = models.CharField(_("what the test says about the text"), max_length=11, choices=Stance.choices, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("last edited by")
    )
    edited_at = models.DateTimeField(_("last edited at"))

    objects = CanvasCellQuerySet.as_manager()

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        indexes = [words_index("text", name="canvas_cell_words")]
        constraints = [
            models.UniqueConstraint(fields=["canvas", "step", "lane"], name="canvas_cell_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), MAX_CHARACTERS), name="canvas_cell_length"
            ),
            models.CheckConstraint(
                condition=(IS_EMPTY & _cites()) | (~IS_EMPTY & (IS_ASSUMPTION | CITES_WORK)),
                name="canvas_cell_basis",
            ),
            models.CheckConstraint(condition=reduce(or_, LEVEL_ON_SCALE, Q(level=None)), name="canvas_cell_level"),
        ]
        triggers = [
            FixedColumns("canvas_id", "step_id", "lane", name="canvas_cell_fixed"),
            Rule(
                name="canvas_cell_of_kind",
                broken="(SELECT c.kind || CASE WHEN NEW.step_id IS NULL THEN '>section>' ELSE '>step>' END || NEW.lane"
                f" {OF_CANVAS}) NOT IN ({sql_list(cell_keys())})",
            ),
            Rule(
                name="canvas_cell_step_of_canvas",
                broken="EXISTS (SELECT 1 FROM canvases_canvasstep s WHERE s.id = NEW.step_id"
                " AND s.canvas_id <> NEW.canvas_id)",
            ),
            Rule(
                name="canvas_cell_evidence_of_cohort",
                broken="EXISTS (SELECT 1 FROM canvases_canvas c LEFT JOIN cohorts_session s ON s.id = NEW.session_id"
                " LEFT JOIN prototypes_trial t ON t.id = NEW.trial_id"
                " LEFT JOIN prototypes_prototype p ON p.id = t.prototype_id"
                " LEFT JOIN prototypes_idea i ON i.id = p.idea_id WHERE c.id = NEW.canvas_id"
                " AND (s.cohort_id <> c.cohort_id OR i.cohort_id <> c.cohort_id))"
                f" OR {_is_gone_or_of_other_cohort('fieldwork_note', 'note_id')}"
                f" OR {_is_gone_or_of_other_cohort('fieldwork_insight', 'insight_id')}",
            ),
            Rule(
                name="canvas_cell_test_concluded",
                broken="NEW.stance <> '' AND NOT EXISTS (SELECT 1 FROM prototypes_trial t WHERE t.id = NEW.trial_id"
                " AND t.state = 'concluded')",
            ),
            Rule(
                name="canvas_cell_version",
                broken="(TG_OP = 'INSERT' AND NEW.version <> 1) OR (TG_OP = 'UPDATE' AND NEW.version <> OLD.version"
                f" + CASE WHEN {columns_differ(*CONTENT)} THEN 1 ELSE 0 END)",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def basis(self) -> str:
        """Return the evidence of the cell as a form value, "" without any.

        Values: assumption, session-12, note-4, insight-9, supports-5, contradicts-5, or awaits-7 for an assumption that
        test 7 will check.
        """
        if self.assumption:
            return f"awaits-{self.trial_id}" if self.trial_id else "assumption"
        if self.stance:
            return f"{self.stance}-{self.trial_id}"
        cited = {"session": self.session_id, "note": self.note_id, "insight": self.insight_id}
        return next((f"{name}-{key}" for name, key in cited.items() if key), "")

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form for writing in the cell, by field: text, level and basis (evidence)."""
        return {"text": self.text, "level": self.level, "basis": self.basis}
