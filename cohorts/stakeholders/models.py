"""Stakeholders: people and organisations a cohort works with, without an account."""

import pgtrigger
from django.db import models
from django.db.models import Count, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.attendance.enums import ATTENDED_STATUSES
from cohorts.cohort.models import Cohort
from cohorts.stakeholders.enums import Level, StakeholderCategory, StakeholderKind
from cohorts.stakeholders.names import StakeholderName
from cohorts.visibility import visible_rows
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule


class StakeholderQuerySet(models.QuerySet["Stakeholder"]):
    def visible_to(self, user: User) -> "StakeholderQuerySet":
        """Return the stakeholders of cohorts that the user may see; all for lab staff.

        Members and admins of the authority see all of a cohort; past members none of those added after their last day.
        """
        return self.filter(visible_rows(user, "cohort__", "created_on"))

    def in_order(self) -> "StakeholderQuerySet":
        """Sort the stakeholders by influence, then interest (the highest first), then by name without accents."""
        return self.order_by("-influence", "-interest", Lower(Func("name", function="unaccent")), "pk")

    def named_like(self, text: str) -> "StakeholderQuerySet":
        """Return the stakeholders whose name or organisation contains the text, ignoring accents and capitals."""
        return self.filter(Q(name__unaccent__icontains=text) | Q(organisation__unaccent__icontains=text))

    def with_days_met(self) -> "StakeholderQuerySet":
        """Annotate `days_met`: the number of session days on which each stakeholder was recorded as present or partly
        present.
        """
        return self.annotate(days_met=Count("attendances", filter=Q(attendances__status__in=ATTENDED_STATUSES)))


@tracked(exclude=["name", "organisation", "notes"])
class Stakeholder(models.Model):
    """A person or organisation the cohort works with, without an account.

    Their data can be erased (`erased_at`): the row stays with a number for a name, so that attendance still counts. The
    history stores no names.
    """

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="stakeholders", verbose_name=_("cohort"))
    kind = models.CharField(_("kind"), max_length=12, choices=StakeholderKind.choices, default=StakeholderKind.PERSON)
    name = StakeholderName(_("name"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    category = models.CharField(
        _("category"), max_length=12, choices=StakeholderCategory.choices, default=StakeholderCategory.USER
    )
    influence = models.PositiveSmallIntegerField(_("influence"), choices=Level.choices, default=Level.MIDDLE)
    interest = models.PositiveSmallIntegerField(_("interest"), choices=Level.choices, default=Level.MIDDLE)
    notes = models.TextField(_("notes"), blank=True)
    created_on = created_on_field()
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            models.CheckConstraint(
                condition=Q(influence__range=(1, 3), interest__range=(1, 3)), name="stakeholder_levels"
            ),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="stakeholder_named"),
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(name__regex=r"^#[0-9]+$")
                | Q(erased_at__isnull=False, name__regex=r"^#[0-9]+$", organisation="", notes=""),
                name="stakeholder_erased_is_anonymous",
            ),
            models.UniqueConstraint("cohort", Lower("name"), Lower("organisation"), name="stakeholder_once"),
        ]
        triggers = [
            Rule(
                name="stakeholder_cohort_fixed",
                operation=pgtrigger.Update,
                broken="NEW.cohort_id <> OLD.cohort_id",
            ),
            created_on_is_fixed("stakeholder_created_on_fixed"),
            Frozen(
                name="stakeholder_erased_stays",
                rule="stakeholder_erased",
                operation=pgtrigger.Update,
                frozen_if="OLD.erased_at IS NOT NULL",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
