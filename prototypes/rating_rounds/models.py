"""Rounds in which the members of a cohort rate challenges, what each of them rated, and what was decided."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from cohorts.visibility import visible_rows
from prototypes.challenges.models import Challenge
from prototypes.rating_rounds.enums import ChallengeDecision
from prototypes.rating_rounds.spread import MAX_SCORE, MIN_SCORE
from web.database.columns import choices_constraint, idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, Rule
from web.text import formats
from web.text.language import active_language

ROUND_CLOSED = "(SELECT r.closed_on IS NOT NULL FROM prototypes_ratinground r WHERE r.id = {rating_round})"
ROUND_OF_RATING = "(SELECT c.rating_round_id FROM prototypes_ratedchallenge c WHERE c.id = {row}.rated_challenge_id)"
CLOSED_FOR_RATING = ROUND_CLOSED.format(rating_round=ROUND_OF_RATING)


class RatingRoundQuerySet(models.QuerySet["RatingRound"]):
    def visible_to(self, user: User) -> "RatingRoundQuerySet":
        """Return the rounds that the person may read: those of their cohorts and of authorities they administer.

        Lab staff read all. Past members read the rounds that were opened until their last day; other cohorts read none.
        """
        return self.filter(visible_rows(user, "cohort__", "created_on"))

    def open(self) -> "RatingRoundQuerySet":
        """Return the rounds that are open: members rate, and nobody reads what others rated."""
        return self.filter(closed_on=None)

    def latest_first(self) -> "RatingRoundQuerySet":
        """Order rounds by when they were opened, the latest first."""
        return self.order_by("-pk")


@tracked()
class RatingRound(models.Model):
    """A round in which the members of a cohort rate some of its challenges by a few criteria.

    The criteria are copied from the format when the round is opened, in both languages and in the same order. A round
    is open until it is closed, for good.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="rating_rounds", verbose_name=_("cohort"))
    criteria_fr = ArrayField(models.CharField(max_length=60), verbose_name=_("criteria in French"))
    criteria_en = ArrayField(models.CharField(max_length=60), verbose_name=_("criteria in English"))
    closed_on = models.DateField(pgettext_lazy("choice of challenges", "closed on"), null=True, blank=True)
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()

    objects = RatingRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of challenges")
        verbose_name_plural = _("choices of challenges")
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="rating_round_idempotency_key_unique"),
            models.UniqueConstraint(fields=["cohort"], condition=Q(closed_on=None), name="rating_round_one_open"),
            models.CheckConstraint(
                condition=Q(criteria_fr__len=F("criteria_en__len"), criteria_fr__len__gte=1),
                name="rating_round_criteria",
            ),
        ]
        triggers = [
            FixedColumns("cohort_id", "criteria_fr", "criteria_en", name="rating_round_fixed"),
            Rule(
                name="rating_round_closed_for_good",
                broken="TG_OP = 'UPDATE' AND OLD.closed_on IS NOT NULL"
                " AND NEW.closed_on IS DISTINCT FROM OLD.closed_on",
            ),
            created_on_is_fixed("rating_round_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return a name with the day on which the round was opened."""
        if not self.created_on:
            return gettext("Choice of challenges")
        day = formats.short_day(self.created_on, active_language())
        return gettext("Choice of challenges of %(day)s") % {"day": day}

    def get_absolute_url(self) -> str:
        """Return the URL of the round's page."""
        return reverse("prototypes:rating_round", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Return whether members can still rate."""
        return self.closed_on is None

    @property
    def challenge_ids(self) -> set[int]:
        """Return the keys of the challenges that are rated (one statement)."""
        return set(self.rated_challenges.values_list("challenge_id", flat=True))

    @property
    def criteria(self) -> list[str]:
        """Return the criteria in English when that is the active language, else in French."""
        return self.criteria_en if get_language() == "en" else self.criteria_fr


@tracked()
class RatedChallenge(models.Model):
    """A challenge in a round, and what the cohort decided about it once the round was closed."""

    rating_round = models.ForeignKey(
        RatingRound, models.CASCADE, related_name="rated_challenges", verbose_name=_("choice of challenges")
    )
    challenge = models.ForeignKey(
        Challenge, models.PROTECT, related_name="rated_challenges", verbose_name=_("challenge")
    )
    decision = models.CharField(_("decision"), max_length=7, choices=ChallengeDecision.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    decided_on = models.DateField(pgettext_lazy("challenge", "decided on"), null=True, blank=True)

    class Meta:
        verbose_name = _("challenge in a choice")
        verbose_name_plural = _("challenges in choices")
        ordering: ClassVar[list[str]] = ["rating_round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rating_round", "challenge"], name="rated_challenge_once"),
            choices_constraint("decision", ChallengeDecision, "rated_challenge_decision_known", blank=True),
            models.CheckConstraint(
                condition=Q(decision="", reason="", decided_on=None)
                | (~Q(decision="") & ~Q(reason="") & Q(decided_on__isnull=False)),
                name="rated_challenge_decision_has_reason",
            ),
        ]
        triggers = [
            Rule(
                name="rated_challenge_of_cohort",
                broken="(SELECT c.cohort_id FROM prototypes_challenge c WHERE c.id = NEW.challenge_id)"
                " <> (SELECT r.cohort_id FROM prototypes_ratinground r WHERE r.id = NEW.rating_round_id)",
            ),
            Rule(
                name="rated_challenge_round_open",
                operation=pgtrigger.Insert,
                broken=ROUND_CLOSED.format(rating_round="NEW.rating_round_id"),
            ),
            FixedColumns("rating_round_id", "challenge_id", name="rated_challenge_fixed"),
            Rule(
                name="rated_challenge_decided_after_rating",
                broken=f"NEW.decision <> '' AND NOT {ROUND_CLOSED.format(rating_round='NEW.rating_round_id')}",
            ),
            Frozen(name="rated_challenge_decided_once", frozen_if="OLD.decision <> ''"),
        ]

    def __str__(self) -> str:
        """Return the title of the challenge."""
        return str(self.challenge)

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows the decision; "neutral" before it."""
        return ChallengeDecision(self.decision).tone if self.decision else "neutral"


class ChallengeRating(models.Model):
    """How one member rates a challenge by one criterion: a score from 1 to 5; no row where they cannot say.

    `criterion` is the position of the criterion in the round, from 0. Ratings have no history, which would show them
    next to the name of the person while the round is open.
    """

    rated_challenge = models.ForeignKey(
        RatedChallenge, models.CASCADE, related_name="ratings", verbose_name=_("challenge in a choice")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("rated by"))
    criterion = models.PositiveSmallIntegerField(_("criterion"))
    score = models.PositiveSmallIntegerField(_("score"))

    class Meta:
        verbose_name = _("rating of a challenge")
        verbose_name_plural = _("ratings of challenges")
        constraints = [
            models.UniqueConstraint(fields=["rated_challenge", "person", "criterion"], name="challenge_rating_once"),
            models.CheckConstraint(condition=Q(score__range=(MIN_SCORE, MAX_SCORE)), name="challenge_rating_score"),
        ]
        triggers = [
            Rule(name="challenge_rating_round_open", broken=CLOSED_FOR_RATING.format(row="NEW")),
            Frozen(
                name="challenge_rating_frozen",
                rule="challenge_rating_round_open",
                frozen_if=CLOSED_FOR_RATING.format(row="OLD"),
            ),
            Rule(
                name="challenge_rating_criterion",
                broken="NEW.criterion >= (SELECT cardinality(r.criteria_fr) FROM prototypes_ratinground r"
                f" WHERE r.id = {ROUND_OF_RATING.format(row='NEW')})",
            ),
        ]

    def __str__(self) -> str:
        """Return the score."""
        return str(self.score)
