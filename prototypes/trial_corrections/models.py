"""Corrections of the figures of concluded tests: appended with a reason, and applied to the test by the database."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from prototypes.trials.models import Trial
from prototypes.trials.triggers import CorrectionApplied, CorrectionRecorded
from prototypes.visibility import readable_by
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate


class TrialCorrectionQuerySet(models.QuerySet["TrialCorrection"]):
    def visible_to(self, user: User) -> "TrialCorrectionQuerySet":
        """Return the corrections that the person may read: of tests of ideas of their cohorts, or shared with their
        editions.

        Lab staff read all. Past members read the corrections that existed on their last day.
        """
        between = ("trial__prototype__created_on", "trial__created_on")
        return self.filter(readable_by(user, "trial__prototype__idea__", *between, "created_on"))


@tracked()
class TrialCorrection(models.Model):
    """One correction of a concluded test: who corrected which figures, when and why.

    `before` and `after` hold the figures by the names of the log form, `FIGURES` of `prototypes.trials.log_values`. The
    database fills `before` from the test, and the test then shows `after`. A wrong correction is corrected by
    another one.
    """

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="corrections", verbose_name=_("test"))
    before = models.JSONField(_("before"), encoder=DjangoJSONEncoder, default=dict, editable=False)
    after = models.JSONField(_("after"), encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    created_on = created_on_field()

    objects = TrialCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a test")
        verbose_name_plural = _("corrections of tests")
        ordering: ClassVar[list[str]] = ["trial", "id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="trial_correction_reason")]
        triggers = [
            CorrectionRecorded(name="trial_correction_recorded"),
            CorrectionApplied(name="trial_correction_applied"),
            Frozen(name="trial_correction_append_only", mutable_columns=["by_id", "created_on"]),
            NoTruncate(name="trial_correction_no_truncate"),
            created_on_is_fixed("trial_correction_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the hypothesis of the test and the day the correction was recorded."""
        return f"{self.trial} ({localtime(self.recorded_at):%Y-%m-%d})"
