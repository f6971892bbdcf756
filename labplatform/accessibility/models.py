"""The accessibility statement of the lab: what an audit found, and whom to write to."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Lab
from labplatform.accessibility.compliance import Compliance, compliance_of
from web.database.tracking import tracked
from web.dates.plausible import plausible_dates
from web.mailboxes import mailbox_only
from web.text.language import active_language

FIELDS: Final = (
    *("entity", "scope", "rate", "audited_on", "auditor", "limits_fr", "limits_en"),
    *("contact_email", "contact_post", "plan_url"),
)


class AccessibilityStatementManager(models.Manager["AccessibilityStatement"]):
    def current(self) -> "AccessibilityStatement":
        """Return the saved statement; until there is one, an unsaved one without an audit that names the lab.

        One statement, two without a saved row.
        """
        if row := self.first():
            return row
        lab = Lab.objects.current()
        return self.model(entity=lab.name, contact_email=lab.sender) if lab else self.model()

    def saved_status(self) -> StrOrPromise:
        """Return the label of the status that follows from the saved statement (one statement)."""
        return compliance_of(self.values_list("rate", flat=True).first()).label


@tracked()
class AccessibilityStatement(models.Model):
    """What the lab declares about the accessibility of this installation: a table of one row.

    The status is never typed: it follows from `rate`, the percentage of applicable criteria that an audit found met.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    entity = models.CharField(_("organisation"), max_length=200)
    scope = models.CharField(_("what the statement covers"), max_length=300, blank=True)
    rate = models.DecimalField(_("criteria met (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    audited_on = models.DateField(_("date of the audit"), null=True, blank=True)
    auditor = models.CharField(_("auditor"), max_length=200, blank=True)
    limits_fr = models.TextField(_("what is not accessible, in French"), blank=True)
    limits_en = models.TextField(_("what is not accessible, in English"), blank=True)
    contact_email = models.EmailField(_("e-mail address for accessibility"))
    contact_post = models.CharField(_("postal address"), max_length=300, blank=True)
    plan_url = models.URLField(_("address of the multi-year plan"), blank=True)
    established_on = models.DateField(_("date of the statement"))

    objects: ClassVar[AccessibilityStatementManager] = AccessibilityStatementManager()

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="accessibility_only_one"),
            models.CheckConstraint(condition=Q(entity__regex=r"\S"), name="accessibility_entity"),
            models.CheckConstraint(
                condition=Q(rate=None, audited_on=None, auditor="")
                | Q(rate__isnull=False, audited_on__isnull=False, auditor__regex=r"\S"),
                name="accessibility_audit_complete",
            ),
            models.CheckConstraint(condition=Q(rate__range=(0, 100)), name="accessibility_rate_percent"),
            models.CheckConstraint(
                condition=Q(audited_on__lte=F("established_on")), name="accessibility_audit_before_statement"
            ),
            models.CheckConstraint(
                condition=Q(limits_fr="", limits_en="") | Q(limits_fr__regex=r"\S", limits_en__regex=r"\S"),
                name="accessibility_limits_in_both_languages",
            ),
            models.CheckConstraint(condition=~Q(contact_email=""), name="accessibility_has_contact"),
            mailbox_only("accessibility_contact_mailbox", "contact_email"),
            models.CheckConstraint(
                condition=Q(plan_url="") | Q(plan_url__regex=r"^https?://\S+$"), name="accessibility_plan_address"
            ),
            plausible_dates("accessibility_dates_plausible", "audited_on", "established_on"),
        ]

    def __str__(self) -> str:
        return self.entity

    @property
    def compliance(self) -> Compliance:
        """Return the status of compliance with the RGAA, which follows from the rate."""
        return compliance_of(self.rate)

    @property
    def limits(self) -> str:
        """Return what is not accessible, in the language of the reader."""
        return self.limits_en if active_language() == "en" else self.limits_fr

    def form_values(self) -> dict[str, object]:
        """Return the saved values by field, as their form shows them."""
        return {name: getattr(self, name) for name in FIELDS}
