"""Self-assessments: answers under a pseudonym, stored without anything that says whose they are."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.assessments.enums import MAX_SCORE, MIN_SCORE, Moment, Skill
from cohorts.cohort.models import Cohort
from web.database.triggers import Rule


def _scale(label: StrOrPromise) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    """Return the database column, labelled `label`, of the score for one skill: 1 to 5, or NULL for “rather not
    say”.
    """
    return models.PositiveSmallIntegerField(label, null=True, blank=True)


class Assessment(models.Model):
    """The answers of one member at one moment: scores from 1 to 5, empty where they would rather not say.

    Assessments have no history: a line that says who changed what and when would say whose answers they are. For the
    same reason the key is drawn at random and no day is stored; the day of a moment follows from the cohort's dates.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="assessments", verbose_name=_("cohort"))
    pseudonym = models.CharField(_("pseudonym"), max_length=64)
    moment = models.CharField(_("moment"), max_length=6, choices=Moment.choices)
    observing = _scale(Skill.OBSERVING.label)
    framing = _scale(Skill.FRAMING.label)
    imagining = _scale(Skill.IMAGINING.label)
    prototyping = _scale(Skill.PROTOTYPING.label)
    testing = _scale(Skill.TESTING.label)
    carrying = _scale(Skill.CARRYING.label)
    curiosity = _scale(Skill.CURIOSITY.label)

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "pseudonym", "moment"], name="assessment_once"),
            models.CheckConstraint(
                condition=Q(**{f"{skill}__range": (MIN_SCORE, MAX_SCORE) for skill in Skill.values}),
                name="assessment_scales",
            ),
            models.CheckConstraint(condition=Q(moment__in=Moment.values), name="assessment_moment"),
            models.CheckConstraint(condition=Q(pseudonym__regex=r"^[0-9a-f]{64}$"), name="assessment_pseudonymous"),
        ]
        triggers = [
            Rule(
                name="assessment_whose_fixed",
                broken="TG_OP = 'UPDATE' AND (NEW.cohort_id, NEW.pseudonym, NEW.moment)"
                " IS DISTINCT FROM (OLD.cohort_id, OLD.pseudonym, OLD.moment)",
            ),
        ]

    def __str__(self) -> str:
        return self.get_moment_display()
