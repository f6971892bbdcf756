"""Tests of prototypes (the model of a test is `Trial`), their participants, and the decisions they support."""

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Session
from programmes.models import Method
from prototypes.enums import (
    HELD_STATES,
    LOGGABLE_STATES,
    TRIAL_TRANSITIONS,
    Comparator,
    Result,
    Strength,
    TrialDecision,
    TrialState,
)
from prototypes.ideas.models import IdeaEvent
from prototypes.ideas.triggers import (
    CRITERION_CHANGED_WITHOUT_REASON,
    ENDS,
    OF_TRIAL,
    STARTS,
    YEAR,
    IdeaUpdate,
    is_new_or_changed,
)
from prototypes.prototypes.models import Prototype
from prototypes.trials.triggers import FIGURES_CORRECTED, GroupsFrozen
from prototypes.visibility import readable_by, working_cohorts
from web.database.columns import choices_constraint, idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.text_search import joined_text, words_field
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, Rule, StateMachine, columns_differ
from web.dates.clock import Day, day_of_rows
from web.forms.edit_conflicts import column_values
from web.site_addresses import cached_reverse

TRIAL_TITLE = Coalesce(NullIf("hypothesis", Value("")), "measure")
TRIAL_TEXT = joined_text("hypothesis", "measure", "method", "observation", "learning")
LOCKED_STATES = (TrialState.LOCKED, *HELD_STATES)
PERCENT = "%"
# Units with these prefixes are percentages.
SHARES = (PERCENT, "per cent", "percent", "pour cent", "pourcent")


def _not_a_percentage(column: str) -> str:
    """Return the SQL condition, for a trigger, that the figure in `column` is not between 0 and 100 although its unit
    is percent.
    """
    units = " OR ".join(f"starts_with(lower(btrim(NEW.unit)), '{unit}')" for unit in SHARES)
    return f"NOT NEW.retrospective AND ({units}) AND NEW.{column} NOT BETWEEN 0 AND 100"


# True when the observed value meets the comparator; NULL where one of them is missing.
_MEETS = """CASE NEW.comparator
    WHEN '>=' THEN NEW.observed_value >= NEW.threshold WHEN '>' THEN NEW.observed_value > NEW.threshold
    WHEN '<=' THEN NEW.observed_value <= NEW.threshold WHEN '<' THEN NEW.observed_value < NEW.threshold
    WHEN '=' THEN NEW.observed_value = NEW.threshold END"""
_LOCK = ("locked_at", "locked_on")
_FROZEN_ONCE_LOCKED = (
    "prototype_id",
    "hypothesis",
    "measure",
    "comparator",
    "threshold",
    "unit",
    "criterion_change_reason",
    *_LOCK,
)
_FROZEN_ONCE_CONCLUDED = (
    "held_on",
    "concluded_on",
    "observed_value",
    "successes",
    "participants",
    "result",
    "contradiction_reason",
)


# A concluded test that did not meet its threshold counts as an output if it was locked on or before the day it was run,
# and states what was learnt and how strong the evidence is.
DOCUMENTED_FAILURE = (
    Q(state="concluded", result="not_met", locked_on__lte=F("held_on")) & ~Q(learning="") & ~Q(strength="")
)


class TrialQuerySet(models.QuerySet["Trial"]):
    def visible_to(self, user: User) -> "TrialQuerySet":
        """Return the tests that the person may read: of ideas of their cohorts, or shared with their editions.

        Lab staff read all. Past members read the tests that existed on their last day.
        """
        return self.filter(readable_by(user, "prototype__idea__", "prototype__created_on", "created_on"))

    def to_note(self, user: User, day: Day, concluded_for: timedelta) -> "TrialQuerySet":
        """Return the tests on which the person can write a note: locked and held ones, then those concluded in the last
        `concluded_for`.

        They are of cohorts in which the person adds work on `day`, today. The latest locked comes first.
        """
        since = day_of_rows(day, "prototype__idea__cohort__authority", lambda today: today - concluded_for)
        recent = Q(state=TrialState.CONCLUDED, concluded_on__gte=since, retrospective=False)
        rows = self.worked_on(user, day).filter(Q(state__in=LOGGABLE_STATES) | recent)
        open_first = Case(When(state=TrialState.CONCLUDED, then=1), default=0)
        return rows.order_by(open_first, "-locked_at", "-pk")

    def worked_on(self, user: User, day: Day) -> "TrialQuerySet":
        """Return the tests in cohorts in which the person adds work on this day, the latest locked first.

        These are cohorts where they are an active coordinator, resident, pilot or ambassador; for lab staff all that
        run or are suspended.
        """
        return self.filter(prototype__idea__cohort__in=working_cohorts(user, day)).order_by("-locked_at", "-pk")

    def to_log(self, user: User, day: Day) -> "TrialQuerySet":
        """Return the locked or held tests, not yet concluded, in cohorts in which the person adds work on this day.

        The latest locked comes first.
        """
        return self.worked_on(user, day).filter(state__in=LOGGABLE_STATES)


@tracked()
class Trial(models.Model):
    """A test of a prototype: the expectation is locked first, the observation comes after.

    With the unit “%” the value is the share of the participants who succeeded. `participants` are people; `threshold`
    and `observed_value` are in `unit`.
    """

    prototype = models.ForeignKey(Prototype, models.PROTECT, related_name="trials", verbose_name=_("prototype"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    state = models.CharField(_("state"), max_length=9, choices=TrialState.choices, default=TrialState.PLANNED)
    hypothesis = models.TextField(_("hypothesis"), blank=True)
    method = models.TextField(_("method"), blank=True)
    method_card = models.ForeignKey(
        Method, models.PROTECT, null=True, blank=True, related_name="trials", verbose_name=_("method card")
    )
    measure = models.CharField(_("measure"), max_length=200, blank=True)
    comparator = models.CharField(_("criterion"), max_length=2, choices=Comparator.choices, blank=True)
    threshold = models.DecimalField(_("threshold"), max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    criterion_change_reason = models.TextField(_("why the success criterion changed"), blank=True, default="")
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("planned by")
    )
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    locked_on = models.DateField(_("locked on"), null=True, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    concluded_on = models.DateField(_("concluded on"), null=True, blank=True)
    observed_value = models.DecimalField(_("observed"), max_digits=12, decimal_places=2, null=True, blank=True)
    successes = models.PositiveIntegerField(_("succeeded"), null=True, blank=True)
    participants = models.PositiveIntegerField(_("people"), null=True, blank=True)
    observation = models.TextField(_("observation"), blank=True)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, blank=True)
    contradiction_reason = models.TextField(_("why the result differs from the threshold"), blank=True)
    learning = models.TextField(_("learning"), blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=TrialDecision.choices, blank=True)
    strength = models.CharField(_("strength of evidence"), max_length=12, choices=Strength.choices, blank=True)
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="trials", verbose_name=_("session")
    )
    reason = models.TextField(_("reason"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()
    search_vector = words_field(TRIAL_TITLE, TRIAL_TEXT)

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        ordering: ClassVar[list[str]] = ["prototype", "number"]
        indexes = [
            GinIndex(fields=["search_vector"], name="trial_words"),
            models.Index(
                Coalesce("held_on", "planned_on").asc(nulls_first=True), models.F("id"), name="trial_day_order"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["prototype", "number"], name="trial_number_once"),
            models.UniqueConstraint(fields=["idempotency_key"], name="trial_idempotency_key_unique"),
            choices_constraint("state", TrialState, "trial_state_known"),
            choices_constraint("comparator", Comparator, "trial_comparator_known", blank=True),
            choices_constraint("result", Result, "trial_result_known", blank=True),
            choices_constraint("decision", TrialDecision, "trial_decision_known", blank=True),
            choices_constraint("strength", Strength, "trial_strength_known", blank=True),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | (
                    Q(state__in=LOCKED_STATES, locked_at__isnull=False, locked_on__isnull=False)
                    | Q(state="planned", locked_at=None, locked_on=None)
                    | Q(state="cancelled")
                ),
                name="trial_lock_known",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | ~Q(state__in=LOCKED_STATES)
                | (~Q(hypothesis="") & ~Q(measure="") & ~Q(comparator="") & Q(threshold__isnull=False)),
                name="trial_locked_complete",
            ),
            models.CheckConstraint(
                condition=Q(observed_value=None) | Q(locked_at__isnull=False, state__in=HELD_STATES),
                name="trial_value_after_lock",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True) | Q(participants=None, successes=None) | Q(state__in=HELD_STATES),
                name="trial_people_after_lock",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | ~Q(state__in=HELD_STATES)
                | Q(participants__isnull=False, participants__gt=0, held_on__isnull=False),
                name="trial_held_participants",
            ),
            models.CheckConstraint(
                condition=Q(successes=None) | Q(participants__isnull=False, successes__lte=F("participants")),
                name="trial_successes_fit",
            ),
            models.CheckConstraint(
                condition=(Q(state="concluded") & ~Q(result="")) | (~Q(state="concluded") & Q(result="")),
                name="trial_concluded_result",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | ~Q(state="concluded")
                | (
                    Q(concluded_on__isnull=False, concluded_on__gte=F("held_on"))
                    & (Q(result="inconclusive") | Q(observed_value__isnull=False))
                ),
                name="trial_concluded_on_what",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True) | ~Q(state="cancelled", reason=""), name="trial_cancelled_reason"
            ),
        ]
        triggers = [
            StateMachine(
                name="trial_state", transitions=TRIAL_TRANSITIONS, initial=[TrialState.PLANNED], retrospective=True
            ),
            Rule(
                name="trial_frozen_once_locked",
                broken=f"TG_OP = 'UPDATE' AND OLD.locked_at IS NOT NULL AND {columns_differ(*_FROZEN_ONCE_LOCKED)}",
            ),
            Rule(name="trial_criterion_change_reason", broken=CRITERION_CHANGED_WITHOUT_REASON),
            Frozen(name="trial_never_deleted", frozen_if="TG_OP = 'DELETE' AND OLD.locked_at IS NOT NULL"),
            Rule(
                name="trial_frozen_once_concluded",
                broken=f"TG_OP = 'UPDATE' AND OLD.state = 'concluded' AND {columns_differ(*_FROZEN_ONCE_CONCLUDED)}"
                f" AND NOT {FIGURES_CORRECTED}",
            ),
            Rule(
                name="trial_result_contradicts",
                broken="NEW.state = 'concluded' AND NEW.contradiction_reason = ''"
                f" AND ((NEW.result = 'met' AND NOT ({_MEETS})) OR (NEW.result = 'not_met' AND ({_MEETS})))",
            ),
            Rule(
                name="trial_session_of_cohort",
                broken="NEW.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_session s"
                " JOIN prototypes_idea i ON i.cohort_id = s.cohort_id JOIN prototypes_prototype p ON p.idea_id = i.id"
                " WHERE s.id = NEW.session_id AND p.id = NEW.prototype_id)",
            ),
            Rule(
                name="trial_planned_in_time",
                broken=f"{is_new_or_changed('planned_on')} AND (SELECT NEW.planned_on < {STARTS} - {YEAR}"
                f" OR NEW.planned_on > {ENDS} + {YEAR} {OF_TRIAL})",
            ),
            Rule(
                name="trial_held_in_time",
                broken=f"{is_new_or_changed('held_on')} AND (SELECT NEW.held_on < p.made_on"
                f" OR NEW.held_on < c.actual_start {OF_TRIAL})",
            ),
            Rule(name="trial_threshold_share", broken=_not_a_percentage("threshold")),
            Rule(name="trial_observed_share", broken=_not_a_percentage("observed_value")),
            FixedColumns("retrospective", name="trial_retrospective_fixed"),
            IdeaUpdate(
                name="trial_updates_idea",
                days=["locked_on", "held_on", "concluded_on"],
                idea="SELECT p.idea_id FROM prototypes_prototype p WHERE p.id = NEW.prototype_id",
            ),
            created_on_is_fixed("trial_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the hypothesis of the test, else what it measures."""
        return self.hypothesis or self.measure

    def get_absolute_url(self) -> str:
        """Return the URL of the test's page."""
        return cached_reverse("prototypes:trial", self.pk)

    def plan_values(self) -> dict[str, object]:
        """Return the saved values of the form to edit the planned test, by field.

        They are hypothesis, measure, comparator, threshold, unit, method and its card, planned_on and session.
        """
        names = ("hypothesis", "measure", "comparator", "threshold", "unit", "method", "method_card")
        return column_values(self, *names, "planned_on", "session")

    def learning_values(self) -> dict[str, object]:
        """Return the saved texts of the test, by field: observation, learning, decision and strength."""
        return column_values(self, "observation", "learning", "decision", "strength")

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows the state of the test: "waiting", "open", "neutral", "done" or
        "stopped".
        """
        return TrialState(self.state).tone

    @property
    def result_tone(self) -> str:
        """Return the name of the colour that shows the result of the test: "done" if met, "stopped" if not, else
        "neutral".
        """
        return Result(self.result).tone if self.result else "neutral"

    @property
    def counts_people(self) -> bool:
        """Return whether the test measures a share of its participants: its unit is “%”."""
        return self.unit.strip() == PERCENT

    @property
    def is_share(self) -> bool:
        """Return whether the figures are percentages, also with a longer unit such as “% of the evenings”."""
        return self.unit.strip().casefold().startswith(SHARES)

    @property
    def locked_afterwards(self) -> bool:
        """Return whether the test was run on a day before its hypothesis was locked, which makes it weaker evidence."""
        return self.held_on is not None and self.locked_on is not None and self.held_on < self.locked_on

    def meets(self, observed: Decimal) -> bool:
        """Return whether an observed value meets the criterion of the test, its comparator and threshold; a trigger
        compares alike.

        The test must have a threshold, as every locked test has.
        """
        assert self.threshold is not None  # noqa: S101 - a locked trial has one
        return {
            Comparator.AT_LEAST: observed >= self.threshold,
            Comparator.MORE: observed > self.threshold,
            Comparator.AT_MOST: observed <= self.threshold,
            Comparator.LESS: observed < self.threshold,
            Comparator.EXACTLY: observed == self.threshold,
        }[Comparator(self.comparator)]


@tracked()
class ParticipantGroup(models.Model):
    """The number of participants of one segment in a test: counts, never names."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="groups", verbose_name=_("test"))
    segment = models.CharField(_("who"), max_length=120)
    count = models.PositiveIntegerField(_("people"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("group of participants")
        verbose_name_plural = _("groups of participants")
        ordering: ClassVar[list[str]] = ["trial", "id"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "segment"], name="participant_group_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="participant_group_count"),
        ]
        triggers = [
            Rule(
                name="participant_groups_fit",
                declare=[("people", "bigint"), ("others", "bigint")],
                before="SELECT t.participants INTO people FROM prototypes_trial t WHERE t.id = NEW.trial_id"
                " FOR NO KEY UPDATE;"
                " SELECT COALESCE(SUM(g.count), 0) INTO others FROM prototypes_participantgroup g"
                " WHERE g.trial_id = NEW.trial_id AND g.id <> NEW.id;",
                broken="others + NEW.count > people",
            ),
            GroupsFrozen(name="participant_groups_frozen"),
        ]

    def __str__(self) -> str:
        """Return who took part and how many, such as “inhabitants (8)”."""
        return f"{self.segment} ({self.count})"


@tracked()
class Support(models.Model):
    """A concluded test that supports a decision on its idea (rule 5)."""

    event = models.ForeignKey(IdeaEvent, models.PROTECT, related_name="supports", verbose_name=_("decision"))
    trial = models.ForeignKey(Trial, models.PROTECT, related_name="supports", verbose_name=_("test"))

    class Meta:
        verbose_name = _("test behind a decision")
        verbose_name_plural = _("tests behind decisions")
        ordering: ClassVar[list[str]] = ["event", "id"]
        constraints = [models.UniqueConstraint(fields=["event", "trial"], name="support_once")]
        triggers = [
            Rule(
                name="support_of_decision",
                broken="(SELECT e.state FROM prototypes_ideaevent e WHERE e.id = NEW.event_id) <> 'decided'",
            ),
            Rule(
                name="support_concluded",
                broken="NOT EXISTS (SELECT 1 FROM prototypes_trial t JOIN prototypes_prototype p"
                " ON p.id = t.prototype_id JOIN prototypes_ideaevent e ON e.idea_id = p.idea_id"
                " WHERE t.id = NEW.trial_id AND e.id = NEW.event_id AND t.state = 'concluded')",
            ),
            Frozen(name="support_append_only"),
        ]

    def __str__(self) -> str:
        """Return the hypothesis of the test that supports the decision."""
        return str(self.trial)
