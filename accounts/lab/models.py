"""The lab that this installation belongs to, and the link with which it is set up."""

from email.headerregistry import Address
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from web.database.tracking import tracked
from web.dates.zones import TIME_ZONES
from web.forms.edit_conflicts import column_values
from web.mailboxes import mailbox_only

# A site as a content security policy names it, such as https://www.rivage.example or https://*.rivage.example.
SITE: Final = r"https://(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}(:[0-9]{1,5})?"


class LabManager(models.Manager["Lab"]):
    def current(self) -> "Lab | None":
        """Return the lab; None until it is set up (one statement)."""
        return self.first()

    def language(self) -> str:
        """Return the language of the lab; the setting LANGUAGE_CODE until it is set up (one statement)."""
        return self.values_list("language", flat=True).first() or settings.LANGUAGE_CODE

    def address(self) -> str:
        """Return the lab's own e-mail address; "" until it has one (one statement)."""
        return self.values_list("sender", flat=True).first() or ""

    def card_sites(self) -> list[str]:
        """Return the sites that may show the card of public figures; empty where any site may (one statement)."""
        return (self.values_list("card_sites", flat=True).first() or "").split()

    def sender(self) -> str:
        """Return the sender of e-mails with the lab's name, such as `Lab <lab@people.example>` (one statement).

        Without an address of the lab's own, it is the setting DEFAULT_FROM_EMAIL.
        """
        lab = self.current()
        return str(Address(lab.name, addr_spec=lab.sender)) if lab and lab.sender else settings.DEFAULT_FROM_EMAIL


@tracked()
class Lab(models.Model):
    """The lab of this installation: a table of one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name of the lab"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="fr")
    sender = models.EmailField(_("sender of e-mails"), blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=40, choices=list(TIME_ZONES.items()), default="Europe/Paris"
    )

    card_sites = models.TextField(_("sites that may show the card of figures"), blank=True, default="", db_default="")

    objects: ClassVar[LabManager] = LabManager()

    class Meta:
        verbose_name = _("lab")
        verbose_name_plural = _("labs")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="lab_only_one"),
            models.CheckConstraint(condition=Q(name__regex=r"\S") & ~Q(name__regex=r"[\r\n]"), name="lab_has_name"),
            mailbox_only("lab_sender_mailbox", "sender"),
            models.CheckConstraint(
                condition=Q(card_sites="") | Q(card_sites__regex=f"^{SITE}(\n{SITE})*$"), name="lab_card_sites"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def form_values(self) -> dict[str, object]:
        """Return the saved settings by field, as their form shows them."""
        return column_values(self, "name", "language", "sender", "time_zone", "card_sites")


class SetupLink(models.Model):
    """The link with which an empty installation is set up once: a table of one row at most. It has no history, because
    there is nobody yet.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    token_hash = models.CharField(_("hash of the token"), max_length=64)
    expires_at = models.DateTimeField(_("open until"))

    class Meta:
        verbose_name = _("link to set up the platform")
        verbose_name_plural = _("links to set up the platform")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="setup_link_only_one")]

    def __str__(self) -> str:
        return str(self.expires_at)
