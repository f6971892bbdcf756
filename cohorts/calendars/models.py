"""Applied proposals of new days, saved so that the latest one can be undone."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.models import Cohort
from web.database.triggers import Frozen


class Replanning(models.Model):
    """The calendar of a cohort before and after its drafts took the days proposed to them (see `calendars.replanning`).

    Only `undone_at` is ever written afterwards, once.
    """

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="replannings", verbose_name=_("cohort"))
    applied_at = models.DateTimeField(_("applied"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    before = models.JSONField(_("calendar before"))
    after = models.JSONField(_("calendar after"))

    class Meta:
        verbose_name = _("proposal of new days")
        verbose_name_plural = _("proposals of new days")
        ordering: ClassVar[list[str]] = ["cohort", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("applied_at")), name="replanning_undone_afterwards"
            )
        ]
        triggers = [
            Frozen(name="replanning_undone_once", frozen_if="TG_OP = 'UPDATE' AND OLD.undone_at IS NOT NULL"),
            Frozen(name="replanning_fixed", frozen_if="TG_OP = 'UPDATE'", mutable_columns=["undone_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} · {self.applied_at:%Y-%m-%d %H:%M}"
