"""The innovation team that stays in the authority once the cohort is over."""

from datetime import date
from functools import reduce
from itertools import combinations
from operator import and_
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.cohort.models import Cohort
from cohorts.teams.enums import FOLLOW_UP_MONTHS, TEAM_DAYS, TEAM_TRANSITIONS, TeamState
from cohorts.visibility import visible_rows
from programmes.models import Authority
from web.database.arrays import among
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, NoTruncate, Rule, StateMachine
from web.dates.plausible import plausible_dates
from web.dates.precision import precision_field
from web.forms.edit_conflicts import column_values
from web.text.names import name_ordering


def _in_order(*pairs: tuple[str, str]) -> Q:
    """Return the database condition that, in each pair of date columns, the first date is not after the second.

    It holds where one of the two is empty.
    """
    return reduce(
        and_,
        (Q(**{earlier: None}) | Q(**{later: None}) | Q(**{f"{later}__gte": F(earlier)}) for earlier, later in pairs),
    )


# Earlier teams were prefigured without a day: those may stay undated, none may become so.
PREFIGURED_UNDATED_SQL = """NOT NEW.retrospective AND NEW.prefigured_on IS NULL
    AND (OLD.prefigured_on IS NOT NULL OR (NEW.state = 'prefigured' AND OLD.state <> NEW.state))"""


class InnovationTeamQuerySet(models.QuerySet["InnovationTeam"]):
    def visible_to(self, user: User) -> "InnovationTeamQuerySet":
        """Return the innovation teams that the user may see: all for lab staff, none for people who are signed out.

        Others see the teams of cohorts they are or were members of, of authorities they administer, and imported
        published facts. Past members see none of those created after their last day.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_lab_staff:
            return self
        administered = among("authority", user.access.authorities)
        return self.filter(visible_rows(user, "cohort__", "created_on") | administered | Q(retrospective=True))

    def as_of(self, day: date) -> "InnovationTeamQuerySet":
        """Return the teams that existed on `day`, with `state_on_day`: the state that each had on that day.

        Published teams, and those whose last step was taken by then or has no date, have their present state.
        """
        last = Greatest(*TEAM_DAYS.values())  # Greatest ignores NULL: `last` is NULL only when every day is
        steps = [When(**{f"{column}__lte": day}, then=Value(state)) for state, column in TEAM_DAYS.items()]
        latest_state = When(Q(retrospective=True) | Q(last=None) | Q(last__lte=day), then=F("state"))
        rows = self.alias(last=last, first=Least(*TEAM_DAYS.values())).filter(Q(first=None) | Q(first__lte=day))
        return rows.annotate(state_on_day=Case(latest_state, *reversed(steps), output_field=models.CharField()))

    def furthest_first(self) -> "InnovationTeamQuerySet":
        """Sort by the state on the day passed to `as_of`, open teams first and closed ones last, then by name of the
        authority.

        For teams read by `as_of` only.
        """
        order = ("open", "decided", "prefigured", "envisaged", "closed")
        positions = Case(*(When(state_on_day=state, then=Value(position)) for position, state in enumerate(order)))
        return self.order_by(positions, *name_ordering("authority__name"), "pk")


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
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    area = models.PositiveIntegerField(_("area (m²)"), null=True, blank=True)
    network_size = models.PositiveIntegerField(_("people in its network"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    created_on = created_on_field()

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
            Rule(
                name="team_prefigured_known",
                rule="team_dates_known",
                operation=pgtrigger.Update,
                broken=PREFIGURED_UNDATED_SQL,
            ),
            FixedColumns("retrospective", name="team_retrospective_fixed"),
            created_on_is_fixed("team_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Innovation team"))

    @property
    def state_at_date(self) -> TeamState:
        """The team's state on the day passed to `as_of`; its present state for a team that was not read by `as_of`."""
        return TeamState(getattr(self, "state_on_day", self.state))

    @property
    def tone(self) -> str:
        """The name of the colour in which pages show the present state of the team: “done”, “stopped” or “waiting”."""
        return TeamState(self.state).tone


NOT_DUE_YET_SQL = """NOT EXISTS (SELECT 1 FROM cohorts_innovationteam t WHERE t.id = NEW.team_id
    AND (t.opened_on + make_interval(months => NEW.months))::date <= NEW.noted_on)"""


@tracked()
class TeamFollowUp(models.Model):
    """What an open innovation team has become some months after it opened; a number is empty where it is not known.

    Answers are appended: the latest answer after the same number of months counts, and earlier ones stay readable.
    """

    team = models.ForeignKey(
        InnovationTeam, models.PROTECT, related_name="follow_ups", verbose_name=_("innovation team")
    )
    months = models.PositiveSmallIntegerField(_("months after the opening"))
    posts = models.DecimalField(_("people (full-time equivalents)"), max_digits=5, decimal_places=1, null=True)
    budget = models.DecimalField(_("yearly budget (€)"), max_digits=12, decimal_places=2, null=True)
    projects = models.PositiveIntegerField(_("projects"), null=True)
    commissions = models.PositiveIntegerField(_("commissions from other departments"), null=True)
    words = models.TextField(_("in a few words"), blank=True)
    noted_on = models.DateField(_("date recorded"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )

    ANSWERS: ClassVar[tuple[str, ...]] = ("posts", "budget", "projects", "commissions", "words")

    class Meta:
        verbose_name = _("follow-up of an innovation team")
        verbose_name_plural = _("follow-ups of innovation teams")
        ordering: ClassVar[list[str]] = ["team", "months", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(months__in=FOLLOW_UP_MONTHS), name="team_follow_up_months"),
            models.CheckConstraint(
                condition=~Q(posts=None, budget=None, projects=None, commissions=None, words=""),
                name="team_follow_up_answered",
            ),
            models.CheckConstraint(
                condition=(Q(posts=None) | Q(posts__gte=0)) & (Q(budget=None) | Q(budget__gte=0)),
                name="team_follow_up_figures",
            ),
            plausible_dates("team_follow_up_plausible_date", "noted_on"),
        ]
        triggers = [
            Rule(name="team_follow_up_due", operation=pgtrigger.Insert, broken=NOT_DUE_YET_SQL),
            Frozen(name="team_follow_up_append_only", mutable_columns=["by_id"]),
            NoTruncate(name="team_follow_up_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.months}"

    def form_values(self) -> dict[str, object]:
        """Return the saved answers by form field."""
        return column_values(self, *self.ANSWERS)
