"""Reports by people, signed in or not, of what they cannot use on the platform."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import User
from web.database.tracking import tracked
from web.database.triggers import Frozen
from web.mailboxes import mailbox_only

RETENTION_PERIOD: Final = timedelta(days=365)  # after the report
DESCRIPTION_LENGTH: Final = 5000


class AccessibilityReportQuerySet(models.QuerySet["AccessibilityReport"]):
    def visible_to(self, user: User) -> AccessibilityReportQuerySet:
        """Return all reports for lab staff, none for anyone else."""
        return self if user.is_authenticated and user.is_lab_staff else self.none()

    def unanswered_first(self) -> AccessibilityReportQuerySet:
        """Sort the reports: those without an answer first, the oldest at the top, then the latest answers."""
        return self.order_by(F("answered_at").desc(nulls_first=True), "reported_at", "pk")

    def expired(self, at: datetime) -> AccessibilityReportQuerySet:
        """Return the reports whose year is over at the moment `at`."""
        return self.filter(reported_at__lt=at - RETENTION_PERIOD)

    def of_person(self, user: User) -> AccessibilityReportQuerySet:
        """Return the reports that ask for an answer at an e-mail address of the person, in capitals or not.

        Further addresses count once they are verified (one statement more).
        """
        verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
        addresses = {address.lower() for address in (user.email, *verified)}
        return self.alias(address=Lower("reply_to")).filter(address__in=addresses)


@tracked(exclude=["page", "description", "reply_to", "answer"])
class AccessibilityReport(models.Model):
    """What someone could not use, on which `page`, and the address for the answer, "" if they want none.

    `answer` is what the lab answered, "" if nobody noted it.
    """

    page = models.CharField(_("page"), max_length=300)
    description = models.TextField(_("what does not work"), max_length=DESCRIPTION_LENGTH)
    reply_to = models.EmailField(_("e-mail address for the answer"), blank=True)
    reported_at = models.DateTimeField(_("reported on"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answer = models.TextField(
        pgettext_lazy("report", "answer"), max_length=DESCRIPTION_LENGTH, blank=True, default="", db_default=""
    )

    objects = AccessibilityReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("accessibility report")
        verbose_name_plural = _("accessibility reports")
        constraints = [
            models.CheckConstraint(condition=Q(page__regex=r"\S"), name="accessibility_report_page"),
            models.CheckConstraint(condition=Q(description__regex=r"\S"), name="accessibility_report_description"),
            models.CheckConstraint(
                condition=Q(answered_at__gte=F("reported_at")), name="accessibility_report_answered_later"
            ),
            mailbox_only("accessibility_report_mailbox", "reply_to"),
        ]
        triggers = [
            # Rows may be deleted: with their person, or at the end of the retention period.
            Frozen(
                name="accessibility_report_stays",
                frozen_if="TG_OP = 'UPDATE' AND OLD.answered_at IS NOT NULL",
            ),
        ]

    def __str__(self) -> str:
        return self.page

    @property
    def state_text(self) -> str:
        """Return whether the report is new or answered, in words."""
        return pgettext("report", "answered") if self.answered_at else pgettext("report", "new")

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme in which pages show the state: “attention” or “done”."""
        return "done" if self.answered_at else "attention"
