"""Who takes part in a cohort, whom it meets, and the team that stays."""

from datetime import date
from functools import reduce
from itertools import combinations
from operator import and_
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cohorts import visibility
from cohorts.enums import TEAM_DAYS, TEAM_TRANSITIONS, Level, Role, StakeholderCategory, StakeholderKind, TeamState
from cohorts.cohort.models import Cohort
from programmes.models import Authority
from web.born import born_field, born_fixed
from web.history import tracked
from web.plausible import plausible_dates
from web.precision import precision_field
from web.triggers import Frozen, NoTruncate, Rule, StateMachine


class DateRange(Func):
    """`daterange(first, last, '[]')`: both days inclusive, an open end where the last is unknown."""

    function = "daterange"
    output_field = DateRangeField()


_ACTIVE_DAYS = DateRange(F("starts_on"), F("ends_on"), Value("[]"))

# Lock the cohort first: two people cannot take its last seat at once. The weaker lock leaves foreign keys to it alone.
_COUNT_SEATS = """
    IF NEW.role <> 'ambassador' THEN RETURN NEW; END IF;
    SELECT c.seats INTO seats FROM cohorts_cohort c WHERE c.id = NEW.cohort_id FOR NO KEY UPDATE;
    SELECT COALESCE(MAX(busy), 0) INTO busiest FROM (
        SELECT (SELECT COUNT(*) FROM cohorts_membership o
                WHERE o.cohort_id = NEW.cohort_id AND o.role = 'ambassador' AND o.id <> COALESCE(NEW.id, 0)
                AND daterange(o.starts_on, o.ends_on, '[]') @> d.day) AS busy
        FROM (SELECT NEW.starts_on AS day UNION SELECT m.starts_on FROM cohorts_membership m
              WHERE m.cohort_id = NEW.cohort_id AND m.role = 'ambassador'
              AND m.starts_on >= NEW.starts_on AND m.starts_on <= COALESCE(NEW.ends_on, 'infinity')) AS d) AS days;
"""


@tracked()
class Membership(models.Model):
    """One person in one role of one cohort, from a day to a day (inclusive). Dated and never deleted."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="memberships", verbose_name=_("cohort"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    discipline = models.CharField(_("discipline"), max_length=80, blank=True)
    unit = models.CharField(_("department or service"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    mission_letter_on = models.DateField(_("mission letter of"), null=True, blank=True)
    day_allowance = models.PositiveSmallIntegerField(_("days granted"), null=True, blank=True)
    born_on = born_field()

    objects = visibility.MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_dates"),
            plausible_dates("membership_plausible_dates", "starts_on", "ends_on", "mission_letter_on"),
            ExclusionConstraint(
                name="membership_overlap",
                expressions=[
                    (_ACTIVE_DAYS, RangeOperators.OVERLAPS),
                    ("cohort", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                ],
            ),
            ExclusionConstraint(
                name="membership_one_pilot",
                expressions=[(_ACTIVE_DAYS, RangeOperators.OVERLAPS), ("cohort", RangeOperators.EQUAL)],
                condition=Q(role="pilot"),
            ),
        ]
        triggers = [
            Rule(
                name="membership_seats",
                declare=[("seats", "int"), ("busiest", "int")],
                before=_COUNT_SEATS,
                broken="seats IS NOT NULL AND busiest + 1 > seats",
            ),
            Rule(
                name="membership_attended",
                broken="TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM cohorts_attendance a"
                " JOIN cohorts_sessionday d ON d.id = a.day_id WHERE a.member_id = NEW.id"
                " AND (d.date < NEW.starts_on OR d.date > NEW.ends_on))",
            ),
            Frozen(name="membership_never_deleted", once="TG_OP = 'DELETE'"),
            NoTruncate(name="membership_no_truncate"),
            born_fixed("membership_born"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def name(self) -> str:
        return str(self.user)

    @property
    def tone(self) -> str:
        """Residents are marked in another colour among the faces of a team."""
        return "resident" if self.role == Role.RESIDENT else ""

    def active_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@tracked()
class Stakeholder(models.Model):
    """A person or organisation the cohort works with, without an account."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="stakeholders", verbose_name=_("cohort"))
    kind = models.CharField(_("kind"), max_length=12, choices=StakeholderKind.choices, default=StakeholderKind.PERSON)
    name = models.CharField(_("name"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    category = models.CharField(
        _("category"), max_length=12, choices=StakeholderCategory.choices, default=StakeholderCategory.USER
    )
    influence = models.PositiveSmallIntegerField(_("influence"), choices=Level.choices, default=Level.MIDDLE)
    interest = models.PositiveSmallIntegerField(_("interest"), choices=Level.choices, default=Level.MIDDLE)
    notes = models.TextField(_("notes"), blank=True)
    born_on = born_field()

    objects = visibility.StakeholderQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            models.CheckConstraint(
                condition=Q(influence__range=(1, 3), interest__range=(1, 3)), name="stakeholder_levels"
            ),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="stakeholder_named"),
            models.UniqueConstraint("cohort", Lower("name"), Lower("organisation"), name="stakeholder_once"),
        ]
        triggers = [
            Rule(
                name="stakeholder_cohort_fixed",
                operation=pgtrigger.Update,
                broken="NEW.cohort_id <> OLD.cohort_id",
            ),
            born_fixed("stakeholder_born"),
        ]

    def __str__(self) -> str:
        return self.name


def _in_order(*pairs: tuple[str, str]) -> Q:
    """The first date of each pair is not after the second, where both are known."""
    return reduce(
        and_,
        (Q(**{earlier: None}) | Q(**{later: None}) | Q(**{f"{later}__gte": F(earlier)}) for earlier, later in pairs),
    )


# Earlier teams were prefigured without a day: those may stay undated, none may become so.
UNDATED = """NOT NEW.retrospective AND NEW.prefigured_on IS NULL
    AND (OLD.prefigured_on IS NOT NULL OR (NEW.state = 'prefigured' AND OLD.state <> NEW.state))"""


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
    state_label = models.CharField(_("state in its own words"), max_length=120, blank=True)
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
    place = models.CharField(_("place"), max_length=200, blank=True)
    area = models.PositiveIntegerField(_("area (m²)"), null=True, blank=True)
    network_size = models.PositiveIntegerField(_("people in its network"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    born_on = born_field()

    objects = visibility.InnovationTeamQuerySet.as_manager()

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
