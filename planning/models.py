"""Plans of a residency's on-site weeks, and of an edition's Intertransfos and sessions: what was calculated, and what
it respects.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.permissions import lab_roles
from cohorts.models import Cohort, Membership, Replanning
from cohorts.visibility import visible_rows
from planning.enums import (
    CANCELLABLE_PLAN_TRANSITIONS,
    OF_A_WEEK,
    PLAN_TRANSITIONS,
    UNDER_WAY,
    WITH_SUBJECT,
    Certainty,
    LiftableRule,
    PlanState,
)
from planning.solver.problem import CLOSEST, PLANS, PlanRule, RuleKind
from programmes.models import Edition
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule, StateMachine
from web.dates.plausible import plausible_dates

WEEKS_APART = 4  # from one on-site week to the next: time to build in between
MAX_WEEKS_APART = 26
MONDAY = 1


class CalculatedPlanQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        """Return the plans that wait for a worker, the oldest request first."""
        return self.filter(state=PlanState.WAITING).order_by("requested_at", "pk")

    def stale_since(self, moment: datetime) -> Self:
        """Return the plans whose worker has not reported since that moment: it probably died."""
        return self.filter(state=PlanState.RUNNING, heartbeat_at__lt=moment)

    def locked(self) -> Self:
        """Return the plans locked in the order of their keys, so that of two people or workers one waits for the other.

        An UPDATE of several rows would lock them in any order: each could wait for the other.
        """
        return self.order_by("pk").select_for_update(of=("self",))


class CalculatedPlan(models.Model):
    """Plans that a worker calculates: how far the calculation is, and its latest result.

    `result` is what the solver found, as JSON (see `planning.results`); `fingerprint` names what it was calculated
    from.
    """

    state = models.CharField(_("state"), max_length=7, choices=PlanState.choices, default=PlanState.NEW)
    requested_at = models.DateTimeField(_("requested on"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last update"), null=True, blank=True)
    steps_done = models.PositiveSmallIntegerField(_("steps done"), default=0)
    calculated_at = models.DateTimeField(_("calculated on"), null=True, blank=True)
    fingerprint = models.CharField(_("calculated from"), max_length=16, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)

    class Meta:
        abstract = True

    @property
    def current_state(self) -> PlanState:
        """Return the state as an enumeration member, for its label and tone."""
        return PlanState(self.state)

    @property
    def is_under_way(self) -> bool:
        """Return whether a worker calculates the plans, or will soon."""
        return self.state in UNDER_WAY


def calculation_constraints(prefix: str) -> list[models.CheckConstraint]:
    """Return what each state of a calculation requires, with names that begin with `prefix`."""
    return [
        models.CheckConstraint(
            condition=~Q(state__in=UNDER_WAY) | Q(requested_at__isnull=False), name=f"{prefix}_requested"
        ),
        models.CheckConstraint(
            condition=~Q(state=PlanState.RUNNING) | Q(heartbeat_at__isnull=False), name=f"{prefix}_heartbeat"
        ),
        models.CheckConstraint(
            condition=~Q(state=PlanState.DONE) | Q(calculated_at__isnull=False, fingerprint__regex=r"^[0-9a-f]{16}$"),
            name=f"{prefix}_calculated",
        ),
    ]


class ResidencyPlanQuerySet(CalculatedPlanQuerySet):
    def visible_to(self, user: User) -> ResidencyPlanQuerySet:
        """Return the plans of cohorts that the user may see."""
        return self.filter(visible_rows(user, "cohort__"))

    def requested_with(self, plan: ResidencyPlan) -> ResidencyPlanQuerySet:
        """Return the plans that were requested together with this one, itself included, by cohort."""
        if not plan.together:
            return self.filter(pk=plan.pk)
        rows = self.filter(cohort__in=plan.together, together=plan.together, requested_at=plan.requested_at)
        return rows.order_by("cohort")


@tracked(exclude=["steps_done", "heartbeat_at", "result"])
class ResidencyPlan(CalculatedPlan):
    """The plans of a residency: how they are calculated, and which of them was applied.

    `applied` is the record with which the days of drafts are restored; `added_sessions` are the drafts that were
    added. `together` are the keys of the cohorts with which the plans are calculated, its own included, in order;
    empty for a residency on its own.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="residency_plans", verbose_name=_("cohort"))
    weeks_apart = models.PositiveSmallIntegerField(_("weeks from one on-site week to the next"), default=WEEKS_APART)
    applied = models.ForeignKey(
        Replanning, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("applied")
    )
    added_sessions = ArrayField(
        models.PositiveBigIntegerField(), verbose_name=_("drafts added"), default=list, blank=True
    )
    together = ArrayField(
        models.PositiveBigIntegerField(), verbose_name=_("planned together with"), default=list, blank=True
    )

    objects = ResidencyPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of a residency")
        verbose_name_plural = _("plans of residencies")
        indexes = [
            models.Index(fields=["requested_at"], condition=Q(state__in=UNDER_WAY), name="residency_plan_under_way")
        ]
        constraints = [
            models.UniqueConstraint(fields=["cohort"], name="residency_plan_once"),
            models.CheckConstraint(
                condition=Q(weeks_apart__range=(CLOSEST, MAX_WEEKS_APART)), name="residency_plan_weeks_apart"
            ),
            *calculation_constraints("residency_plan"),
        ]
        triggers = [
            StateMachine(name="residency_plan_state", transitions=PLAN_TRANSITIONS, initial=[PlanState.NEW]),
            FixedColumns("cohort_id", name="residency_plan_cohort_fixed"),
        ]

    def __str__(self) -> str:
        return str(self.cohort)

    def get_absolute_url(self) -> str:
        return reverse("planning:weeks", args=[self.cohort.slug])


def use_constraint(prefix: str) -> models.CheckConstraint:
    """Return that the plan used is one of the three calculated and has its moment, named `prefix` and “_used”."""
    unused = Q(used_number__isnull=True, used_at__isnull=True)
    used = Q(used_number__isnull=False, used_number__range=(1, PLANS), used_at__isnull=False)
    return models.CheckConstraint(condition=unused | used, name=f"{prefix}_used")


class CalculatedEditionPlan(CalculatedPlan):
    """Plans that the lab has calculated for an edition, and which of them it used last: `used_number`, from 1."""

    used_number = models.PositiveSmallIntegerField(_("plan used"), null=True, blank=True)
    used_at = models.DateTimeField(_("used on"), null=True, blank=True)

    class Meta:
        abstract = True

    def record_use(self, number: int, at: datetime) -> None:
        """Record, for the history, that a plan was used."""
        self.used_number, self.used_at = number, at
        self.save(update_fields=["used_number", "used_at"])


class EditionPlanQuerySet(CalculatedPlanQuerySet):
    def visible_to(self, user: User) -> EditionPlanQuerySet:
        """Return the plans that the user may see: all for the lab, none for others."""
        return self.all() if user.is_authenticated and lab_roles(user) else self.none()


@tracked(exclude=["steps_done", "heartbeat_at", "result"])
class ExchangePlan(CalculatedEditionPlan):
    """The plans of the Intertransfos of an edition that are only proposed: their dates and hosts, chosen together.

    `locked` are the keys of Intertransfos that keep their date and host in each plan.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="exchange_plans", verbose_name=_("edition"))
    locked = ArrayField(
        models.PositiveBigIntegerField(), verbose_name=_("locked Intertransfos"), default=list, blank=True
    )

    objects = EditionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of Intertransfos")
        verbose_name_plural = _("plans of Intertransfos")
        constraints = [
            models.UniqueConstraint(fields=["edition"], name="exchange_plan_once"),
            *calculation_constraints("exchange_plan"),
            use_constraint("exchange_plan"),
        ]
        triggers = [
            StateMachine(name="exchange_plan_state", transitions=CANCELLABLE_PLAN_TRANSITIONS, initial=[PlanState.NEW]),
            FixedColumns("edition_id", name="exchange_plan_edition_fixed"),
        ]

    def __str__(self) -> str:
        return str(self.edition)

    def get_absolute_url(self) -> str:
        return reverse("planning:exchanges", args=[self.edition.slug])


@tracked(exclude=["steps_done", "heartbeat_at", "result"])
class SessionPlan(CalculatedEditionPlan):
    """The plans of the draft sessions of an edition's cohorts that share people: their days, chosen together.

    `locked` are the keys of sessions that keep their days in each plan.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="session_plans", verbose_name=_("edition"))
    locked = ArrayField(models.PositiveBigIntegerField(), verbose_name=_("locked sessions"), default=list, blank=True)

    objects = EditionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of sessions")
        verbose_name_plural = _("plans of sessions")
        constraints = [
            models.UniqueConstraint(fields=["edition"], name="session_plan_once"),
            *calculation_constraints("session_plan"),
            use_constraint("session_plan"),
        ]
        triggers = [
            StateMachine(name="session_plan_state", transitions=CANCELLABLE_PLAN_TRANSITIONS, initial=[PlanState.NEW]),
            FixedColumns("edition_id", name="session_plan_edition_fixed"),
        ]

    def __str__(self) -> str:
        return str(self.edition)

    def get_absolute_url(self) -> str:
        return reverse("planning:sessions", args=[self.edition.slug])


EditionPlan = ExchangePlan | SessionPlan  # plans that the lab has calculated for an edition


@tracked()
class LockedWeek(models.Model):
    """A week that staff locked: each plan has it as an on-site week."""

    plan = models.ForeignKey(ResidencyPlan, models.CASCADE, related_name="locked_weeks", verbose_name=_("plan"))
    monday = models.DateField(_("week of"))

    class Meta:
        verbose_name = _("locked week")
        verbose_name_plural = _("locked weeks")
        ordering: ClassVar[list[str]] = ["plan", "monday"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "monday"], name="locked_week_once"),
            models.CheckConstraint(condition=Q(monday__iso_week_day=MONDAY), name="locked_week_monday"),
            plausible_dates("locked_week_plausible_date", "monday"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.monday}"


@tracked(exclude=["host"])
class Absence(models.Model):
    """Days on which a member of the team, or a host, cannot be on site, or has still to confirm it.

    A host is a person or place that the residency needs on its site, by name: a head teacher, a boarding house. No
    reason is stored. The history does not contain the name: it may be of a person without an account.
    """

    plan = models.ForeignKey(ResidencyPlan, models.CASCADE, related_name="absences", verbose_name=_("plan"))
    member = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="absences", verbose_name=_("person")
    )
    host = models.CharField(pgettext_lazy("of a residency", "host"), max_length=80, blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    certainty = models.CharField(_("how sure"), max_length=10, choices=Certainty.choices, default=Certainty.AWAY)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering: ClassVar[list[str]] = ["plan", "first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, host="") | Q(member=None, host__regex=r"\S"), name="absence_of_one"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_days"),
            models.CheckConstraint(condition=Q(certainty__in=Certainty.values), name="absence_certainty_known"),
            plausible_dates("absence_plausible_dates", "first_day", "last_day"),
        ]
        triggers = [
            Rule(
                name="absence_of_member",
                broken="NEW.member_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_membership m"
                " JOIN planning_residencyplan p ON p.cohort_id = m.cohort_id"
                " WHERE m.id = NEW.member_id AND p.id = NEW.plan_id)",
            )
        ]

    def __str__(self) -> str:
        return self.host or str(self.member)

    def touches(self, monday: date) -> bool:
        """Return whether it has a day from Monday to Friday of a week."""
        return self.first_day <= monday + timedelta(days=4) and self.last_day >= monday

    def is_away_in(self, monday: date) -> bool:
        """Return whether the one it is about is certainly away on a day of a week."""
        return self.certainty == Certainty.AWAY and self.touches(monday)

    def is_unsure_in(self, monday: date) -> bool:
        """Return whether a week has still to be confirmed."""
        return self.certainty == Certainty.TO_CONFIRM and self.touches(monday)


@tracked(exclude=["subject", "reason"])
class PlanException(models.Model):
    """A rule that plans of a residency may break, with the reason; `subject` is a host or a discipline.

    The history contains neither: both may name a person without an account.
    """

    plan = models.ForeignKey(ResidencyPlan, models.CASCADE, related_name="exceptions", verbose_name=_("plan"))
    rule = models.CharField(_("rule"), max_length=15, choices=LiftableRule.choices)
    subject = models.CharField(_("about"), max_length=80, blank=True)
    monday = models.DateField(_("week of"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering: ClassVar[list[str]] = ["plan", "monday", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "rule", "subject", "monday"], nulls_distinct=False, name="plan_exception_once"
            ),
            models.CheckConstraint(condition=Q(rule__in=LiftableRule.values), name="plan_exception_rule_known"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="plan_exception_reason"),
            models.CheckConstraint(
                condition=Q(rule__in=OF_A_WEEK, monday__isnull=False, monday__iso_week_day=MONDAY)
                | (~Q(rule__in=OF_A_WEEK) & Q(monday=None)),
                name="plan_exception_week",
            ),
            models.CheckConstraint(
                condition=Q(rule__in=WITH_SUBJECT, subject__regex=r"\S") | (~Q(rule__in=WITH_SUBJECT) & Q(subject="")),
                name="plan_exception_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.get_rule_display()

    @property
    def solver_rule(self) -> PlanRule:
        """Return the rule in the form that the solver takes."""
        return PlanRule(RuleKind(self.rule), self.subject, self.monday)


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day."""
    return date.fromordinal(day.toordinal() - day.weekday())
