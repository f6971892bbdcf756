"""How a person travels to an exchange and what they need there, kept for a limited time."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchanges.registration.enums import Travel
from exchanges.registration.models.registrations import Registration
from web.database.tracking import tracked

PERSONAL_FIELDS: Final = ("travels", "comes_from", "access", "diet")  # fields with personal information


@tracked(exclude=list(PERSONAL_FIELDS))
class Needs(models.Model):
    """The needs of one person. Thirty days after the exchange they are emptied, on `purged_on`.

    The history keeps that something was entered and when it was erased, never what.
    """

    registration = models.OneToOneField(
        Registration, models.CASCADE, related_name="needs", verbose_name=_("registration")
    )
    travels = models.CharField(_("how they travel"), max_length=5, choices=Travel.choices, blank=True)
    comes_from = models.CharField(_("where they travel from"), max_length=200, blank=True)
    access = models.TextField(_("access needs"), blank=True)
    diet = models.TextField(_("dietary needs"), blank=True)
    purged_on = models.DateField(_("erased on"), null=True, blank=True)

    class Meta:
        verbose_name = _("needs")
        verbose_name_plural = _("needs")
        ordering: ClassVar[list[str]] = ["registration"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purged_on=None) | Q(travels="", comes_from="", access="", diet=""),
                name="needs_purged_empty",
            ),
        ]

    def __str__(self) -> str:
        """Return the key of the registration as text, never the needs themselves, which are private."""
        return f"{self.registration_id}"  # names the registration, never the needs
