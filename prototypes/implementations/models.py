"""What became of an idea in a public body: where it is live, since when, and what shows it."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.models import Authority
from prototypes.columns import FIXED, known
from prototypes.enums import (
    BEEN_LIVE,
    COUNTED_SCOPES,
    IMPLEMENTATION_TRANSITIONS,
    ImplementationKind,
    ImplementationState,
    Scope,
)
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import (
    END_CHANGED,
    LIVE_CHANGED,
    REUSED_THERE,
    STILL_TOLD,
    ImplementationReplaced,
    WorkSign,
)
from prototypes.visibility import readable
from web.database.created_on import born_field, born_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule, StateMachine
from web.dates.precision import Precision, precision_field


class ImplementationQuerySet(models.QuerySet["Implementation"]):
    def visible_to(self, user: User) -> "ImplementationQuerySet":
        return self.filter(readable(user, "idea__", "born_on"))

    def live_that_day(self, day: date) -> "ImplementationQuerySet":
        """Those that count, and are live at the end of the day, as the rates have it; published facts do not."""
        standing = Q(ended_on=None) | Q(ended_on__gt=day)
        counted = self.filter(scope__in=COUNTED_SCOPES, state__in=BEEN_LIVE, retrospective=False)
        return counted.filter(standing, live_on__lte=day).exclude(evidence="")

    def told(self) -> "ImplementationQuerySet":
        """Those that no correction took back."""
        return self.exclude(state="withdrawn")


@tracked()
class Implementation(models.Model):
    """An idea put to work by one authority, where it was born (`origin`) or elsewhere (`replication`).

    Rows are appended: what is live in full is a row beside what was live in part. Once live, a row keeps its facts; a
    mistake in it is corrected by a new row that names it (`corrects`) and says why.
    """

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="implementations", verbose_name=_("idea"))
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="implementations", verbose_name=_("authority")
    )
    unit = models.CharField(_("department or service"), max_length=160, blank=True)
    scope = models.CharField(_("scope"), max_length=7, choices=Scope.choices, default=Scope.FULL)
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
    born_on = born_field()

    objects = ImplementationQuerySet.as_manager()

    class Meta:
        verbose_name = _("implementation")
        verbose_name_plural = _("implementations")
        ordering: ClassVar[list[F | str]] = [F("live_on").asc(nulls_last=True), "id"]  # type: ignore[list-item]
        constraints = [
            known("live_precision ended_precision", Precision, "implementation_precisions_known"),
            models.CheckConstraint(
                condition=Q(scope__in=Scope.values) | Q(scope="", retrospective=True), name="implementation_scope_known"
            ),
            known("kind", ImplementationKind, "implementation_kind_known"),
            known("state", ImplementationState, "implementation_state_known"),
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
                | ~Q(state__in=BEEN_LIVE)
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
            Rule(name="implementation_withdrawn_by_correction", broken=STILL_TOLD),
            Frozen(name="implementation_withdrawn_frozen", once="OLD.state = 'withdrawn'"),
            Frozen(name="implementation_never_deleted", once="TG_OP = 'DELETE'"),
            Rule(name="implementation_retrospective_fixed", broken=FIXED),
            # Recording what is live where the idea was born, or that it ended, is news of the idea; a replication
            # elsewhere says nothing of it.
            WorkSign(
                name="implementation_sign",
                days=["live_on", "ended_on", "born_on"],
                idea="CASE WHEN NEW.kind = 'origin' AND NEW.state <> 'planned' AND NOT NEW.retrospective"
                " THEN NEW.idea_id END",
            ),
            born_fixed("implementation_born"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} · {self.get_state_display()}"

    @property
    def tone(self) -> str:
        return ImplementationState(self.state).tone


def live_day(implementations: Iterable[Implementation]) -> date | None:
    """Return the day from which an idea counts as live where it was born, from all its implementations."""
    days = (row.live_on for row in counted_implementations(implementations))
    return min(filter(None, days), default=None)


def counted_implementations(implementations: Iterable[Implementation]) -> list[Implementation]:
    """Return those by which their idea counts as implemented, in their order: full or adapted, where it was born."""
    return [
        row
        for row in implementations
        if row.kind == ImplementationKind.ORIGIN and row.scope in COUNTED_SCOPES and row.state in BEEN_LIVE
    ]
