"""E-mail addresses of stakeholders, each with the consent to use it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.stakeholders.models import Stakeholder
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule


class StakeholderContactQuerySet(models.QuerySet["StakeholderContact"]):
    def on_list_of(self, session_id: int) -> "StakeholderContactQuerySet":
        """Return the contacts of stakeholders who are on the list of the session, each once."""
        return self.filter(stakeholder__attendances__day__session=session_id).distinct()


@tracked(exclude=["consent"])
class StakeholderContact(models.Model):
    """The consent of a stakeholder to receive e-mails, with the address, the words, who recorded it, and when.

    The address is that of `user`, a person who has not joined and cannot sign in, so that the ledger can send e-mails
    to it. No history stores address and words. Another address, or other words, are another row.
    """

    stakeholder = models.ForeignKey(  # the unique key is an index
        Stakeholder,
        models.CASCADE,
        related_name="contacts",
        related_query_name="contact",
        verbose_name=_("stakeholder"),
        db_index=False,
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="stakeholder_contacts", verbose_name=_("person with this address")
    )
    consent = models.CharField(_("what they agreed to"), max_length=500)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    objects = StakeholderContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail address of a stakeholder")
        verbose_name_plural = _("e-mail addresses of stakeholders")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stakeholder"], name="stakeholder_contact_one"),
            models.CheckConstraint(condition=Q(consent__regex=r"\S"), name="stakeholder_contact_consent"),
        ]
        triggers = [
            Frozen(name="stakeholder_contact_fixed", operation=pgtrigger.Update),
            Rule(
                name="stakeholder_contact_once",
                broken="EXISTS (SELECT FROM cohorts_stakeholdercontact c"
                " JOIN cohorts_stakeholder s ON s.id = c.stakeholder_id"
                " JOIN cohorts_stakeholder own ON own.id = NEW.stakeholder_id AND own.cohort_id = s.cohort_id"
                " WHERE c.user_id = NEW.user_id AND c.id <> COALESCE(NEW.id, 0))",
            ),
            Rule(
                name="stakeholder_contact_unerased",
                rule="stakeholder_erased",
                broken="EXISTS (SELECT FROM cohorts_stakeholder s"
                " WHERE s.id = NEW.stakeholder_id AND s.erased_at IS NOT NULL)",
            ),
        ]

    def __str__(self) -> str:
        return str(self.stakeholder)
