"""The switch that pauses all e-mails."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from web.database.tracking import tracked


class MailSwitchQuerySet(models.QuerySet["MailSwitch"]):
    def paused(self) -> MailSwitchQuerySet:
        """Return the switch, the table's only row, while it pauses all e-mails; an empty queryset otherwise."""
        return self.filter(held_since__isnull=False)


@tracked()
class MailSwitch(models.Model):
    """The single row that pauses all e-mails while `held_since` is set; without a row they were never paused."""

    held_since = models.DateTimeField(_("paused since"), null=True, blank=True)
    held_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paused by")
    )
    reason = models.TextField(_("reason"), blank=True)

    objects = MailSwitchQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail switch")
        verbose_name_plural = _("e-mail switches")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="mail_switch_single"),
            models.CheckConstraint(condition=Q(held_since=None) | ~Q(reason=""), name="mail_switch_reason"),
        ]

    def __str__(self) -> str:
        return str(pgettext("e-mail", "paused") if self.held_since else pgettext("e-mail switch", "sending"))
