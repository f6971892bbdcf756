"""The innovation team that stays in the authority once the cohort is over."""

from datetime import date
from functools import reduce
from itertools import combinations
from operator import and_
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.cohort.models import Cohort
from cohorts.teams.enums import TEAM_DAYS, TEAM_TRANSITIONS, TeamState
from cohorts.visibility import within_reach
from programmes.models import Authority
from programmes.visibility import mandates
from web.database.created_on import born_field, born_fixed
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine
from web.dates.plausible import plausible_dates
from web.dates.precision import precision_field
from web.text.names import by_name


def _in_order(*pairs: tuple[str, str]) -> Q:
    """The first date of each pair is not after the second, where both are known."""
    return reduce(
        and_,
        (Q(**{earlier: None}) | Q(**{later: None}) | Q(**{f"{later}__gte": F(earlier)}) for earlier, later in pairs),
    )


# Earlier teams were prefigured without a day: those may stay undated, none may become so.
UNDATED = """NOT NEW.retrospective AND NEW.prefigured_on IS NULL
    AND (OLD.prefigured_on IS NOT NULL OR (NEW.state = 'prefigured' AND OLD.state <> NEW.state))"""


class InnovationTeamQuerySet(models.QuerySet["InnovationTeam"]):
    def visible_to(self, user: User) -> "InnovationTeamQuerySet":
        """Those of cohorts within reach, of one's own authorities, and published ones."""
        if not user.is_authenticated:
            return self.none()
        if user.is_lab_staff:
            return self
        administered = Q(authority__in=mandates(user).values("authority"))
        return self.filter(within_reach(user, "cohort__", "born_on") | administered | Q(retrospective=True))

    def as_of(self, day: date) -> "InnovationTeamQuerySet":
        """Those anything was told of by a day, with `state_then`, how far they were.

        Published facts and teams whose last step is undated, or was taken by then, are as they were last told.
        """
        last = Greatest(*TEAM_DAYS.values())  # the database leaves unknown days out, so it is unknown only with all
        steps = [When(**{f"{column}__lte": day}, then=Value(state)) for state, column in TEAM_DAYS.items()]
        as_told = When(Q(retrospective=True) | Q(last=None) | Q(last__lte=day), then=F("state"))
        rows = self.alias(last=last, first=Least(*TEAM_DAYS.values())).filter(Q(first=None) | Q(first__lte=day))
        return rows.annotate(state_then=Case(as_told, *reversed(steps), output_field=models.CharField()))

    def open_on(self, day: date) -> "InnovationTeamQuerySet":
        return self.as_of(day).filter(Q(state_then=TeamState.OPEN))

    def furthest_first(self) -> "InnovationTeamQuerySet":
        """By how far they are, open ones first and closed ones last, then by authority; asked for `as_of` a day."""
        order = ("open", "decided", "prefigured", "envisaged", "closed")
        places = Case(*(When(state_then=state, then=Value(place)) for place, state in enumerate(order)))
        return self.order_by(places, *by_name("authority__name"), "pk")


@tracked()
class InnovationTeam(models.Model):
    """The team that stays in the authority once the cohort is over.

    `recorded_on` is the authority's local date when a step was last written: the database never reads a clock.
    """

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="innovation_teams", verbose_name=_("authority")
    )
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="innovation_teams", verbose_name=_("cohort")
    )
    name = models.CharField(_("name"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=TeamState.choices, default=TeamState.ENVISAGED)
    state_label = models.CharField(_("state, in free text"), max_length=120, blank=True)
    proposed_on = models.DateField(_("proposed on"), null=True, blank=True)
    proposed_precision = precision_field()
    prefigured_on = models.DateField(_("prefigured on"), null=True, blank=True)
    prefigured_precision = precision_field()
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_precision = precision_field()
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    opened_precision = precision_field()
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_precision = precision_field()
    recorded_on = models.DateField(_("recorded on"), null=True, blank=True)
    posts = models.DecimalField(_("posts"), max_digits=5, decimal_places=1, null=True, blank=True)
    budget = models.DecimalField(_("yearly budget (€)"), max_digits=12, decimal_places=2, null=True, blank=True)
    place = models.CharField(_("venue"), max_length=200, blank=True)
    area = models.PositiveIntegerField(_("area (m²)"), null=True, blank=True)
    network_size = models.PositiveIntegerField(_("people in its network"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    born_on = born_field()

    objects = InnovationTeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("innovation team")
        verbose_name_plural = _("innovation teams")
        ordering: ClassVar[list[str]] = ["authority", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort"], condition=~Q(state="closed") & Q(retrospective=False), name="team_once"
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True) | _in_order(*combinations(TEAM_DAYS.values(), 2)),
                name="team_dates",
            ),
            plausible_dates("team_plausible_dates", *TEAM_DAYS.values(), "recorded_on"),
            models.CheckConstraint(
                condition=Q(retrospective=True) | _in_order(*((day, "recorded_on") for day in TEAM_DAYS.values())),
                name="team_not_future",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | (
                    (~Q(state__in=["decided", "open", "closed"]) | Q(decided_on__isnull=False))
                    & (~Q(state__in=["open", "closed"]) | Q(opened_on__isnull=False))
                    & (~Q(state="closed") | Q(closed_on__isnull=False))
                ),
                name="team_dates_known",
            ),
            models.CheckConstraint(
                condition=(Q(posts=None) | Q(posts__gte=0)) & (Q(budget=None) | Q(budget__gte=0)),
                name="team_figures",
            ),
        ]
        triggers = [
            StateMachine(
                name="team_state", transitions=TEAM_TRANSITIONS, initial=[TeamState.ENVISAGED], retrospective=True
            ),
            Rule(name="team_prefigured_known", rule="team_dates_known", operation=pgtrigger.Update, broken=UNDATED),
            Rule(name="team_retrospective_fixed", broken="TG_OP = 'UPDATE' AND NEW.retrospective <> OLD.retrospective"),
            born_fixed("team_born"),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Innovation team"))

    @property
    def then(self) -> TeamState:
        """How far it was on the day it was asked for `as_of`; as last told where it was asked for none."""
        return TeamState(getattr(self, "state_then", self.state))

    @property
    def tone(self) -> str:
        return TeamState(self.state).tone
