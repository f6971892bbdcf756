"""Consents: from which day on, and until which, a cohort's figures enter totals that other people read."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from figures.sharing.enums import Audience
from web.database.columns import choices_constraint
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule


class FiguresConsentQuerySet(models.QuerySet["FiguresConsent"]):
    def open(self, audience: Audience | None = None) -> "FiguresConsentQuerySet":
        """Return the consents that are not withdrawn, for one audience or, without `audience`, for all."""
        return self.filter(withdrawn_on=None, **{"audience": audience} if audience else {})


@tracked()
class FiguresConsent(models.Model):
    """The consent of a cohort that totals read by others include its figures, from `granted_on` to `withdrawn_on`.

    Days are local dates of the authority. A row is never deleted, and only its withdrawal is added to it. What counts
    is whether a consent is open when someone reads, whatever the day of the figures.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="figures_consents", verbose_name=_("cohort"))
    audience = models.CharField(_("audience"), max_length=8, choices=Audience.choices)
    granted_on = models.DateField(_("shared since"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("shared by")
    )
    withdrawn_on = models.DateField(_("shared until"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = FiguresConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to share figures")
        verbose_name_plural = _("consents to share figures")
        ordering: ClassVar[list[str]] = ["cohort", "granted_on", "id"]
        constraints = [
            choices_constraint("audience", Audience, "figures_consent_audience"),
            models.UniqueConstraint(
                fields=["cohort", "audience"], condition=Q(withdrawn_on=None), name="figures_consent_open_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("granted_on")), name="figures_consent_dates"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by=None)
                | Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False),
                name="figures_consent_withdrawn_by",
            ),
        ]
        triggers = [
            Rule(
                name="figures_consent_not_published",
                operation=pgtrigger.Insert,
                broken="EXISTS (SELECT 1 FROM cohorts_cohort c WHERE c.id = NEW.cohort_id AND c.retrospective)",
            ),
            Frozen(
                name="figures_consent_append_only", mutable_columns=["granted_by_id", "withdrawn_on", "withdrawn_by_id"]
            ),
            Frozen(
                name="figures_consent_withdrawn_once",
                frozen_if="OLD.withdrawn_on IS NOT NULL",
                mutable_columns=["granted_by_id", "withdrawn_by_id"],
            ),
            NoTruncate(name="figures_consent_no_truncate"),
        ]

    def __str__(self) -> str:
        """Return the audience and the day, like “shared with the edition · 2026-11-24”."""
        return f"{self.get_audience_display()} · {self.granted_on}"
