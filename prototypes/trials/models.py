"""Prototypes of an idea and the tests they go through (the model of a test is `Trial`)."""

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Session
from prototypes.columns import FIXED, entry_field, known
from prototypes.enums import (
    RUN,
    TO_LOG,
    TRIAL_TRANSITIONS,
    Comparator,
    Result,
    Strength,
    TrialDecision,
    TrialState,
)
from prototypes.ideas.triggers import ENDS, MOVED_BAR, OF_TRIAL, STARTS, YEAR, WorkSign
from prototypes.prototypes.models import Prototype
from prototypes.trials.triggers import FIGURES_CORRECTED, GroupsFrozen
from prototypes.visibility import readable, working_cohorts
from web.database.created_on import born_field, born_fixed
from web.database.text_search import together, words_index
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule, StateMachine
from web.dates.clock import Day, day_of_rows
from web.forms.edit_conflicts import by_field

TRIAL_TEXT = together("hypothesis", "measure", "method", "observation", "learning")
LOCKED_STATES = (TrialState.LOCKED, *RUN)
PERCENT = "%"
# Units that begin like these are parts of a hundred.
SHARES = (PERCENT, "per cent", "percent", "pour cent", "pourcent")


def _told_anew(*columns: str) -> str:
    """SQL: the row is running work, and one of the columns is new or changed; what is recorded already stays."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return f"NOT NEW.retrospective AND (TG_OP = 'INSERT' OR {changed})"


def _no_share(column: str) -> str:
    """SQL: a figure in percent that is no part of a hundred."""
    units = " OR ".join(f"starts_with(lower(btrim(NEW.unit)), '{unit}')" for unit in SHARES)
    return f"NOT NEW.retrospective AND ({units}) AND NEW.{column} NOT BETWEEN 0 AND 100"


# True when the observed value meets the comparator; NULL where one of them is missing.
_MEETS = """CASE NEW.comparator
    WHEN '>=' THEN NEW.observed_value >= NEW.threshold WHEN '>' THEN NEW.observed_value > NEW.threshold
    WHEN '<=' THEN NEW.observed_value <= NEW.threshold WHEN '<' THEN NEW.observed_value < NEW.threshold
    WHEN '=' THEN NEW.observed_value = NEW.threshold END"""
_LOCK = ("locked_at", "locked_on")
_BEFORE = ("prototype_id", "hypothesis", "measure", "comparator", "threshold", "unit", "moved_because", *_LOCK)
_AFTER = ("held_on", "concluded_on", "observed_value", "successes", "participants", "result", "contradiction_reason")


def _changed(columns: tuple[str, ...]) -> str:
    new, old = (", ".join(f"{side}.{column}" for column in columns) for side in ("NEW", "OLD"))
    return f"ROW({new}) IS DISTINCT FROM ROW({old})"


class TrialQuerySet(models.QuerySet["Trial"]):
    def visible_to(self, user: User) -> "TrialQuerySet":
        return self.filter(readable(user, "prototype__idea__", "prototype__born_on", "born_on"))

    def documented_failures(self) -> "TrialQuerySet":
        """Tests that showed that something does not work, as well told as those that met their threshold.

        They were locked before they were run, and say what was learnt and how strong the evidence is.
        """
        told = self.filter(state="concluded", result="not_met", locked_on__lte=F("held_on"))
        return told.exclude(learning="").exclude(strength="")

    def to_note(self, user: User, day: Day, concluded_for: timedelta) -> "TrialQuerySet":
        """Tests the person can write a note on: locked and held ones first, then those concluded within that time."""
        since = day_of_rows(day, "prototype__idea__cohort__authority", lambda today: today - concluded_for)
        recent = Q(state=TrialState.CONCLUDED, concluded_on__gte=since, retrospective=False)
        rows = self.worked_on(user, day).filter(Q(state__in=TO_LOG) | recent)
        open_first = Case(When(state=TrialState.CONCLUDED, then=1), default=0)
        return rows.order_by(open_first, "-locked_at", "-pk")

    def worked_on(self, user: User, day: Day) -> "TrialQuerySet":
        """Those in cohorts the person works in, the latest locked or planned first."""
        return self.filter(prototype__idea__cohort__in=working_cohorts(user, day)).order_by("-locked_at", "-pk")

    def to_log(self, user: User, day: Day) -> "TrialQuerySet":
        """Those of them that are locked or held."""
        return self.worked_on(user, day).filter(state__in=TO_LOG)


@tracked()
class Trial(models.Model):
    """A test of a prototype: what is expected is locked first, what is observed comes after.

    With the unit “%” the value is the share of the participants who succeeded. `participants` are people, `threshold`
    and `observed_value` are in `unit`.
    """

    prototype = models.ForeignKey(Prototype, models.PROTECT, related_name="trials", verbose_name=_("prototype"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    state = models.CharField(_("state"), max_length=9, choices=TrialState.choices, default=TrialState.PLANNED)
    hypothesis = models.TextField(_("hypothesis"), blank=True)
    method = models.TextField(_("method"), blank=True)
    measure = models.CharField(_("measure"), max_length=200, blank=True)
    comparator = models.CharField(_("criterion"), max_length=2, choices=Comparator.choices, blank=True)
    threshold = models.DecimalField(_("threshold"), max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    moved_because = models.TextField(_("why the success criterion changed"), blank=True, default="")
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
    entry = entry_field()
    born_on = born_field()

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        ordering: ClassVar[list[str]] = ["prototype", "number"]
        indexes = [words_index(TRIAL_TEXT, name="trial_words")]
        constraints = [
            models.UniqueConstraint(fields=["prototype", "number"], name="trial_number_once"),
            models.UniqueConstraint(fields=["entry"], name="trial_entry_once"),
            known("state", TrialState, "trial_state_known"),
            known("comparator", Comparator, "trial_comparator_known", blank=True),
            known("result", Result, "trial_result_known", blank=True),
            known("decision", TrialDecision, "trial_decision_known", blank=True),
            known("strength", Strength, "trial_strength_known", blank=True),
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
                condition=Q(observed_value=None) | Q(locked_at__isnull=False, state__in=RUN),
                name="trial_value_after_lock",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True) | Q(participants=None, successes=None) | Q(state__in=RUN),
                name="trial_people_after_lock",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | ~Q(state__in=RUN)
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
                broken=f"TG_OP = 'UPDATE' AND OLD.locked_at IS NOT NULL AND {_changed(_BEFORE)}",
            ),
            Rule(name="trial_moved_bar_reason", broken=MOVED_BAR),
            Frozen(name="trial_never_deleted", once="TG_OP = 'DELETE' AND OLD.locked_at IS NOT NULL"),
            Rule(
                name="trial_frozen_once_concluded",
                broken=f"TG_OP = 'UPDATE' AND OLD.state = 'concluded' AND {_changed(_AFTER)}"
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
                broken=f"{_told_anew('planned_on')} AND (SELECT NEW.planned_on < {STARTS} - {YEAR}"
                f" OR NEW.planned_on > {ENDS} + {YEAR} {OF_TRIAL})",
            ),
            Rule(
                name="trial_held_in_time",
                broken=f"{_told_anew('held_on')} AND (SELECT NEW.held_on < p.made_on"
                f" OR NEW.held_on < c.actual_start {OF_TRIAL})",
            ),
            Rule(name="trial_threshold_share", broken=_no_share("threshold")),
            Rule(name="trial_observed_share", broken=_no_share("observed_value")),
            Rule(name="trial_retrospective_fixed", broken=FIXED),
            WorkSign(
                name="trial_sign",
                days=["locked_on", "held_on", "concluded_on"],
                idea="SELECT p.idea_id FROM prototypes_prototype p WHERE p.id = NEW.prototype_id",
            ),
            born_fixed("trial_born"),
        ]

    def __str__(self) -> str:
        return self.hypothesis or self.measure

    def get_absolute_url(self) -> str:
        return reverse("prototypes:trial", args=[self.pk])

    def expected(self) -> dict[str, object]:
        """What the form of a planned one starts from, by field."""
        return by_field(
            self, "hypothesis", "measure", "comparator", "threshold", "unit", "method", "planned_on", "session"
        )

    def learnt(self) -> dict[str, object]:
        """What the form of a concluded one starts from, by field."""
        return by_field(self, "observation", "learning", "decision", "strength")

    @property
    def tone(self) -> str:
        return TrialState(self.state).tone

    @property
    def result_tone(self) -> str:
        return Result(self.result).tone if self.result else "neutral"

    @property
    def counts_people(self) -> bool:
        """True when the measure is a share of the participants."""
        return self.unit.strip() == PERCENT

    @property
    def is_share(self) -> bool:
        """Whether the figures are parts of a hundred, whatever follows the unit ("% of the evenings")."""
        return self.unit.strip().casefold().startswith(SHARES)

    @property
    def locked_afterwards(self) -> bool:
        """True when it was run before its hypothesis was locked: it proves less, and says so."""
        return self.held_on is not None and self.locked_on is not None and self.held_on < self.locked_on

    def meets(self, observed: Decimal) -> bool:
        """Whether a value meets the criterion; the trigger compares in the same way."""
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
    """How many people of one segment took part in a test: counts, never names."""

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
        return f"{self.segment} ({self.count})"
