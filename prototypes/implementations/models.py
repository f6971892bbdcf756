"""Implementations of ideas: where, since when, with what evidence."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.models import Authority
from prototypes.enums import (
    COUNTED_SCOPES,
    CURRENTLY_LIVE,
    EVER_LIVE,
    IMPLEMENTATION_TRANSITIONS,
    ImplementationKind,
    ImplementationScope,
    ImplementationState,
)
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import (
    END_CHANGED,
    LIVE_CHANGED,
    REUSED_THERE,
    WITHDRAWN_WITHOUT_CORRECTION,
    IdeaUpdate,
    ImplementationReplaced,
)
from prototypes.visibility import readable_by
from web.database.columns import choices_constraint
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, Rule, StateMachine
from web.dates.precision import Precision, precision_field


class ImplementationQuerySet(models.QuerySet["Implementation"]):
    def visible_to(self, user: User) -> "ImplementationQuerySet":
        """Return the implementations that the person may read: of ideas of their cohorts, or shared with their
        editions.

        Lab staff read all. Past members read the implementations that existed on their last day.
        """
        return self.filter(readable_by(user, "idea__", "created_on"))

    def live_that_day(self, day: date) -> "ImplementationQuerySet":
        """Return the implementations that count in the rates and are live at the end of `day`: full or adapted, with
        evidence.

        Those elsewhere are included, published facts are not.
        """
        not_ended = Q(ended_on=None) | Q(ended_on__gt=day)
        counted = self.filter(scope__in=COUNTED_SCOPES, state__in=EVER_LIVE, retrospective=False)
        return counted.filter(not_ended, live_on__lte=day).exclude(evidence="")

    def not_withdrawn(self) -> "ImplementationQuerySet":
        """Return the implementations that no correction withdrew: all that were not recorded by mistake."""
        return self.exclude(state="withdrawn")


@tracked()
class Implementation(models.Model):
    """The implementation of an idea by one authority: its own (`origin`) or another one (`replication`).

    Rows are appended: a full implementation is a new row after a partial one. A live row keeps its facts; a mistake is
    corrected by a new row with `corrects` and the reason.
    """

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="implementations", verbose_name=_("idea"))
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="implementations", verbose_name=_("authority")
    )
    unit = models.CharField(_("department or service"), max_length=160, blank=True)
    scope = models.CharField(
        _("scope"), max_length=7, choices=ImplementationScope.choices, default=ImplementationScope.FULL
    )
    kind = models.CharField(
        _("kind"), max_length=11, choices=ImplementationKind.choices, default=ImplementationKind.ORIGIN
    )
    state = models.CharField(
        _("state"), max_length=12, choices=ImplementationState.choices, default=ImplementationState.PLANNED
    )
    live_on = models.DateField(_("live since"), null=True, blank=True)
    live_precision = precision_field()
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_precision = precision_field()
    evidence = models.TextField(_("evidence"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    correction_reason = models.TextField(_("what was wrong"), blank=True)
    created_on = created_on_field()

    objects = ImplementationQuerySet.as_manager()

    class Meta:
        verbose_name = _("implementation")
        verbose_name_plural = _("implementations")
        ordering: ClassVar[list[F | str]] = [F("live_on").asc(nulls_last=True), "id"]  # type: ignore[list-item]
        constraints = [
            choices_constraint("live_precision ended_precision", Precision, "implementation_precisions_known"),
            models.CheckConstraint(
                condition=Q(scope__in=ImplementationScope.values) | Q(scope="", retrospective=True),
                name="implementation_scope_known",
            ),
            choices_constraint("kind", ImplementationKind, "implementation_kind_known"),
            choices_constraint("state", ImplementationState, "implementation_state_known"),
            models.UniqueConstraint(
                fields=["idea", "authority", "unit"],
                condition=Q(state__in=["planned", "live", "sustained"], kind="replication"),
                name="implementation_once",
            ),
            models.UniqueConstraint(
                fields=["idea", "unit", "scope", "live_on"],
                condition=Q(state__in=["planned", "live", "sustained"], kind="origin"),
                nulls_distinct=False,
                name="implementation_origin_once",
            ),
            models.UniqueConstraint(fields=["corrects"], name="implementation_corrected_once"),
            models.CheckConstraint(
                condition=Q(corrects=None, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="implementation_correction_reason",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | ~Q(state__in=EVER_LIVE)
                | (Q(live_on__isnull=False) & ~Q(evidence="")),
                name="implementation_live_evidence",
            ),
            models.CheckConstraint(condition=Q(ended_on__gte=F("live_on")), name="implementation_dates"),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | (Q(state__in=["planned", "live", "sustained"]) & Q(ended_on=None))
                | (Q(state__in=["discontinued", "failed"], ended_on__isnull=False) & ~Q(reason=""))
                | (Q(state="withdrawn") & ~Q(reason="")),
                name="implementation_end_reason",
            ),
        ]
        triggers = [
            StateMachine(
                name="implementation_state",
                transitions=IMPLEMENTATION_TRANSITIONS,
                initial=[ImplementationState.PLANNED],
                retrospective=True,
                any_initial_if="NEW.corrects_id IS NOT NULL",
            ),
            ImplementationReplaced(name="implementation_correction"),
            Rule(
                name="implementation_origin_home",
                broken="NEW.kind = 'origin' AND NOT NEW.retrospective AND (SELECT c.authority_id <> NEW.authority_id"
                " FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id WHERE i.id = NEW.idea_id)",
            ),
            Rule(name="implementation_reused_there", broken=REUSED_THERE),
            Rule(name="implementation_live_frozen", broken=LIVE_CHANGED),
            Rule(name="implementation_end_frozen", broken=END_CHANGED),
            Rule(name="implementation_withdrawn_by_correction", broken=WITHDRAWN_WITHOUT_CORRECTION),
            Frozen(name="implementation_withdrawn_frozen", frozen_if="OLD.state = 'withdrawn'"),
            Frozen(name="implementation_never_deleted", frozen_if="TG_OP = 'DELETE'"),
            FixedColumns("retrospective", name="implementation_retrospective_fixed"),
            # An implementation in its own authority, or its end, is an update of the idea; a replication is not.
            IdeaUpdate(
                name="implementation_updates_idea",
                days=["live_on", "ended_on", "created_on"],
                idea="CASE WHEN NEW.kind = 'origin' AND NEW.state <> 'planned' AND NOT NEW.retrospective"
                " THEN NEW.idea_id END",
            ),
            created_on_is_fixed("implementation_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the authority and the state of the implementation."""
        return f"{self.authority} · {self.get_state_display()}"

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows the state of the implementation: "waiting", "done" or "stopped"."""
        return ImplementationState(self.state).tone


def live_day(implementations: Iterable[Implementation]) -> date | None:
    """Return the first day on which a full or adapted implementation of an idea was live in its own authority; None if
    none was.

    `implementations` are all those of the idea. One that stopped later counts too, a withdrawn one does not.
    """
    days = (row.live_on for row in counted_implementations(implementations))
    return min(filter(None, days), default=None)


def end_of_use(implementations: Iterable[Implementation]) -> date | None:
    """Return the day on which the last implementation of an idea in its own authority ended; None while one is in use,
    and without such a day.

    `implementations` are all those of the idea, also partial ones.
    """
    own = [row for row in implementations if row.kind == ImplementationKind.ORIGIN]
    if any(row.state in CURRENTLY_LIVE for row in own):
        return None
    ends = (row.ended_on for row in own if row.state == ImplementationState.DISCONTINUED)
    return max(filter(None, ends), default=None)


def counted_implementations(implementations: Iterable[Implementation]) -> list[Implementation]:
    """Return the implementations by which an idea counts as implemented: full or adapted, once live, in its own
    authority.

    `implementations` are all those of the idea; their order is kept.
    """
    return [
        row
        for row in implementations
        if row.kind == ImplementationKind.ORIGIN and row.scope in COUNTED_SCOPES and row.state in EVER_LIVE
    ]
