"""Visits: since when a person knows the figures of a report."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MAX_REPORT_LENGTH = 200


class ReportVisit(models.Model):
    """The last moment at which a person saw the figures of a report as they were then, with a hash of these figures.

    The moment stays as long as the figures differ from those, until the person opens what changed. One row per person
    and report; it is in no history.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    report = models.CharField(_("report"), max_length=MAX_REPORT_LENGTH)
    figures = models.CharField(_("hash of the figures"), max_length=16)
    visited_at = models.DateTimeField(_("last looked at"))

    class Meta:
        verbose_name = _("visit of a report")
        verbose_name_plural = _("visits of reports")
        ordering: ClassVar[list[str]] = ["user", "report"]
        constraints = [
            models.UniqueConstraint(fields=["user", "report"], name="figures_visit_once"),
            models.CheckConstraint(condition=~Q(report=""), name="figures_visit_report"),
        ]

    def __str__(self) -> str:
        """Return the report and the moment, like “edition=3 · 2026-11-24 09:13”."""
        return f"{self.report} · {self.visited_at:%Y-%m-%d %H:%M}"
