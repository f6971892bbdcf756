"""Records of lost second factors that the lab removed, and of how the person's identity was checked."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule


@tracked(exclude=["because"])
class FactorReset(models.Model):
    """A lost second factor, removed by another member of lab staff, or (no `staff`) by the operator of the server.

    `because` can contain personal data: the history excludes it, and the person's erasure deletes it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="factor_resets",
        verbose_name=_("person whose second factor was lost"),
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("removed by")
    )
    because = models.CharField(_("how the lab checked the person’s identity"), max_length=300)
    made_at = models.DateTimeField(_("removed at"))

    class Meta:
        verbose_name = _("lost second factor")
        verbose_name_plural = _("lost second factors")
        indexes = [models.Index(fields=["person", "-made_at"], name="factor_resets_latest")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(person=models.F("staff")), name="factor_reset_of_others"),
        ]
        triggers = [
            Rule(
                name="factor_reset_by_lab",
                operation=pgtrigger.Insert,
                broken="NEW.staff_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts_user"
                " WHERE id = NEW.staff_id AND is_lab_staff AND is_active)",
            ),
            Rule(
                name="factor_reset_of_open_account",
                operation=pgtrigger.Insert,
                broken="NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.person_id AND is_active)",
            ),
            Rule(name="factor_reset_says_how", operation=pgtrigger.Insert, broken="NEW.because = ''"),
            Frozen(name="factor_reset_kept", mutable_columns=["because"]),
            Rule(  # the text may be deleted, never changed
                name="factor_reset_words",
                rule="factor_reset_kept",
                operation=pgtrigger.Update,
                broken="NEW.because NOT IN ('', OLD.because)",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
