"""Rules by which publications need the approval of a second person, or of the admin of the authority."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.models import Cohort
from programmes.models import Authority
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen


class ApprovalRuleQuerySet(models.QuerySet["ApprovalRule"]):
    def current(self) -> ApprovalRuleQuerySet:
        """Return the rules that have not ended."""
        return self.filter(ended_at=None)

    def counting_for(self, cohort: Cohort | None) -> ApprovalRuleQuerySet:
        """Return the rules that count for what is published of a cohort, or of things without one."""
        return self.current().filter(Q(authority=None) | Q(authority=cohort.authority_id if cohort else None))


@tracked()
class ApprovalRule(models.Model):
    """A rule that publications need an approval: without an authority a second person's, for all; with one, its
    admin's.

    It counts for what is submitted from `since` on, until it ends. Two people of the lab end the lab's rule: one asks
    for it (`end_requested_by`), another does it.
    """

    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="approval_rules", verbose_name=_("authority")
    )
    since = models.DateTimeField(_("since"))
    end_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("end requested by"),
    )
    ended_at = models.DateTimeField(pgettext_lazy("rule", "ended on"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("rule", "ended by"),
    )

    objects = ApprovalRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of approval")
        verbose_name_plural = _("rules of approval")
        constraints = [
            models.UniqueConstraint(
                fields=["authority"], condition=Q(ended_at=None), nulls_distinct=False, name="approval_rule_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_at__gte=F("since"), ended_by__isnull=False),
                name="approval_rule_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None)
                | Q(authority__isnull=False)
                | Q(end_requested_by__isnull=False) & ~Q(end_requested_by=F("ended_by")),
                name="approval_rule_ended_by_two",
            ),
        ]
        triggers = [
            Frozen(name="approval_rule_stays", frozen_if="(TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL)"),
            FixedColumns("authority_id", "since", name="approval_rule_fixed", rule="approval_rule_stays"),
        ]

    def __str__(self) -> str:
        return str(self.authority or "")

    @property
    def is_end_requested(self) -> bool:
        """Return whether one person asked to end the rule, and a colleague has not yet."""
        return self.end_requested_by_id is not None and self.ended_at is None
