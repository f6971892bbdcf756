"""Support visits: the times in which lab staff acted as a person who asked for support."""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule


@tracked()
class SupportVisit(models.Model):
    """A time in which a member of lab staff acted as a person who had asked for support. The person can read it."""

    MAX_DURATION: ClassVar[timedelta] = timedelta(minutes=30)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="support_visits",
        verbose_name=_("person the lab acted for"),
    )
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("acted by"))
    because = models.CharField(_("reason for acting"), max_length=300)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("support visit")
        verbose_name_plural = _("support visits")
        indexes = [models.Index(fields=["person", "-began_at"], name="support_visits_latest")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(because=""), name="support_says_why"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("began_at")),
                name="support_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(ended_at__isnull=True), name="support_one_at_a_time"
            ),
        ]
        triggers = [
            Rule(
                name="support_of_others_by_lab",
                operation=pgtrigger.Insert,
                declare=[("allowed", "boolean")],
                before="""SELECT s.is_lab_staff AND s.is_active AND p.is_active
                        AND NOT (p.is_lab_staff OR p.is_staff OR p.is_superuser) INTO allowed
                    FROM accounts_user s, accounts_user p WHERE s.id = NEW.staff_id AND p.id = NEW.person_id;""",
                broken="allowed IS NOT TRUE",
            ),
            Frozen(name="support_kept", mutable_columns=["ended_at"]),
        ]

    def __str__(self) -> str:
        return str(self.person)
