"""Files people bring: whose they are, what they are, and how far those seen on them agreed to be seen."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from files import queries
from files.enums import Consent, Kind, Size
from files.images import THUMBNAILS
from web.history import tracked
from web.plausible import plausible_dates
from web.triggers import Frozen, NoTruncate, Rule

_KIND = ("kind", "name", "content_type", "size", "width", "height", "sha256")
_FIXED = ("about", "object_id", *_KIND, "entry", "uploaded_at")


def _fixed(row: str) -> str:
    """What a file was when it came, in SQL; `row` is NEW or OLD."""
    return ", ".join(f"{row}.{column}" for column in _FIXED)


@tracked()
class Attachment(models.Model):
    """A picture or a document of something the apps above know by `about`, a slug, and `object_id`.

    `stored` is the random name it is kept under, empty once it is withdrawn; `sha256` and `size` are of what is kept.
    `consent_held` says where the consent of those who can be recognised is kept, without names.
    """

    about = models.SlugField(_("about"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("which one"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("of a file", "name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored = models.CharField(_("kept under"), max_length=32, blank=True)
    alt_text = models.CharField(_("what it shows"), max_length=500, blank=True)
    decorative = models.BooleanField(_("says nothing that the text does not"), default=False)
    consent = models.CharField(_("consent"), max_length=9, choices=Consent.choices)
    consent_until = models.DateField(_("shown until"), null=True, blank=True)
    consent_held = models.CharField(_("consent held where"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="attachments", verbose_name=_("brought by")
    )
    uploaded_at = models.DateTimeField(_("brought at"))
    entry = models.UUIDField(_("key of the form"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments_withdrawn",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True)

    objects = queries.AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("a picture or a document", "file")
        verbose_name_plural = pgettext_lazy("pictures and documents", "files")
        ordering: ClassVar[list[str]] = ["uploaded_at", "id"]
        indexes = [models.Index(fields=["about", "object_id", "uploaded_at"], name="attachment_of")]
        constraints = [
            models.UniqueConstraint(fields=["entry"], name="attachment_entry_once"),
            models.UniqueConstraint(fields=["stored"], condition=~Q(stored=""), name="attachment_stored_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="attachment_kind_known"),
            models.CheckConstraint(condition=Q(name__regex=r"^[^/\\]*[^/\\\s.][^/\\]*$"), name="attachment_named"),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=Q(kind=Kind.IMAGE, width__isnull=False, width__gt=0, height__isnull=False, height__gt=0)
                | (~Q(kind=Kind.IMAGE) & Q(width=None, height=None)),
                name="attachment_measured",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="attachment_hashed"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, stored__regex=r"^[0-9a-f]{32}$")
                | Q(withdrawn_at__isnull=False, stored=""),
                name="attachment_withdrawn_without_file",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawn_reason__regex=r"\S"),
                name="attachment_withdrawn_why",
            ),
            models.CheckConstraint(
                condition=(~Q(kind=Kind.IMAGE) & Q(decorative=False))
                | Q(kind=Kind.IMAGE, decorative=True, alt_text="")
                | Q(kind=Kind.IMAGE, decorative=False, alt_text__regex=r"\S"),
                name="attachment_described",
            ),
            models.CheckConstraint(condition=Q(consent__in=Consent.values), name="attachment_consent_known"),
            models.CheckConstraint(
                condition=Q(consent=Consent.NOBODY, consent_until=None, consent_held="")
                | (~Q(consent=Consent.NOBODY) & Q(consent_until__isnull=False)),
                name="attachment_consent_ends",
            ),
            plausible_dates("attachment_dates_plausible", "consent_until"),
        ]
        triggers = [
            Rule(
                name="attachment_fixed",
                broken=f"TG_OP = 'UPDATE' AND (({_fixed('NEW')}) IS DISTINCT FROM ({_fixed('OLD')})"
                " OR (NEW.stored <> OLD.stored AND NEW.stored <> ''))",
            ),
            Frozen(
                name="attachment_withdrawn_stays",
                once="OLD.withdrawn_at IS NOT NULL AND TG_OP = 'UPDATE'",
                but=["uploaded_by_id", "withdrawn_by_id"],
            ),
            Frozen(name="attachment_never_deleted", once="TG_OP = 'DELETE'"),
            NoTruncate(name="attachment_no_truncate"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is looked at, or fetched."""
        return reverse("files:file", args=[self.pk])

    @property
    def is_image(self) -> bool:
        return self.kind == Kind.IMAGE

    @property
    def consent_in_short(self) -> str:
        return Consent(self.consent).short

    def ended(self, today: date) -> bool:
        """Whether those who can be recognised agreed for a time that is over."""
        return self.consent_until is not None and self.consent_until < today

    def said(self) -> dict[str, object]:
        """What its form starts from, by field."""
        names = ("alt_text", "decorative", "consent", "consent_until", "consent_held")
        return {name: getattr(self, name) for name in names}

    def served_type(self, size: str) -> str:
        """The content type of one of its sizes."""
        return self.content_type if size == Size.FULL else THUMBNAILS
