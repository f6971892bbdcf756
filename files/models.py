"""Files people bring: whose they are, what they are, and how far those seen on them agreed to be seen; and files that
are written for one person to take away."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from files.attachments import queries
from files.enums import (
    EXPORT_TRANSITIONS,
    UNDER_WAY,
    Consent,
    ExportState,
    FailedFor,
    Form,
    How,
    Kind,
    Size,
)
from files.pictures.reencoding import THUMBNAILS
from web.history import tracked
from web.plausible import plausible_dates
from web.triggers import Frozen, NoTruncate, Rule, StateMachine

CONSENT = ("consent", "consent_until", "consent_on", "consent_how", "consent_held")
_KIND = ("kind", "name", "content_type", "size", "width", "height", "sha256")
_ASKED = ("kind", "form", "language", "asked", "name", "person_id", "asked_at")
_FIXED = ("about", "object_id", *_KIND, "entry", "uploaded_at")


def _fixed(row: str, columns: Iterable[str] = _FIXED) -> str:
    """What a row was when it came, in SQL; `row` is NEW or OLD."""
    return ", ".join(f"{row}.{column}" for column in columns)


def quota_rules(table: str, *, person: str) -> list[Rule]:
    """Return the triggers that refuse a new file beyond its person's quota.

    They lock the person's quota first, so that of two concurrent files the second counts the first. Withdrawn files
    and deleted drafts no longer count.
    """
    held = (
        f"SELECT size, uploaded_at FROM files_attachment WHERE uploaded_by_id = NEW.{person} AND stored <> ''"
        f" UNION ALL SELECT size, uploaded_at FROM files_filedraft WHERE person_id = NEW.{person}"
    )
    lock = (
        f"INSERT INTO files_filequota (person_id) VALUES (NEW.{person}) ON CONFLICT DO NOTHING;"
        f" SELECT * INTO quota FROM files_filequota WHERE person_id = NEW.{person} FOR UPDATE;"
    )
    counted = "SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes INTO used FROM"
    since = {"total": "", "day": " WHERE uploaded_at > NEW.uploaded_at - interval '24 hours'"}
    return [
        Rule(
            name=f"{table}_quota_{span}",
            rule=f"file_quota_{span}",
            operation=pgtrigger.Insert,
            condition=pgtrigger.Condition("NEW.stored <> ''"),
            declare=[("quota", "RECORD"), ("used", "RECORD")],
            before=f"{lock} {counted} ({held}) AS held{bound};",
            broken=f"used.files >= quota.{span}_files OR used.bytes + NEW.size > quota.{span}_bytes",
        )
        for span, bound in since.items()
    ]


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
    consent_on = models.DateField(_("agreed on"), null=True, blank=True)
    consent_how = models.CharField(_("agreed how"), max_length=6, choices=How.choices, blank=True)
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
        indexes = [
            models.Index(fields=["about", "object_id", "uploaded_at"], name="attachment_of"),
            models.Index(fields=["uploaded_by", "uploaded_at"], condition=~Q(stored=""), name="attachment_held_by"),
        ]
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
                condition=Q(
                    consent=Consent.NOBODY, consent_until=None, consent_held="", consent_on=None, consent_how=""
                )
                | (~Q(consent=Consent.NOBODY) & Q(consent_until__isnull=False)),
                name="attachment_consent_ends",
            ),
            models.CheckConstraint(condition=Q(consent_how__in=["", *How.values]), name="attachment_consent_how_known"),
            plausible_dates("attachment_dates_plausible", "consent_until", "consent_on"),
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
            *quota_rules("attachment", person="uploaded_by_id"),
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
        return {name: getattr(self, name) for name in ("alt_text", "decorative", *CONSENT)}

    def served_type(self, size: str) -> str:
        """The content type of one of its sizes."""
        return self.content_type if size == Size.FULL else THUMBNAILS


class FileQuota(models.Model):
    """How much one person may keep in all, and add within 24 hours; triggers lock this row before they count.

    It follows the setting FILES_PER_PERSON; a person without a row gets one with the standard limits.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("person")
    )
    total_bytes = models.PositiveBigIntegerField(_("bytes in all"), db_default=2_000_000_000)
    total_files = models.PositiveIntegerField(_("files in all"), db_default=2000)
    day_bytes = models.PositiveBigIntegerField(_("bytes within 24 hours"), db_default=200_000_000)
    day_files = models.PositiveIntegerField(_("files within 24 hours"), db_default=100)

    class Meta:
        verbose_name = _("file quota")
        verbose_name_plural = _("file quotas")

    def __str__(self) -> str:
        return str(self.person)


class FileDraft(models.Model):
    """An accepted file that is not attached to anything yet, because its form had an error or was never sent again.

    Only its person can see and use it. It is deleted after a day.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="file_drafts", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("of a file", "name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored = models.CharField(_("kept under"), max_length=32)
    uploaded_at = models.DateTimeField(_("brought at"))

    objects = queries.FileDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a form that is not finished")
        verbose_name_plural = _("files of forms that are not finished")
        ordering: ClassVar[list[str]] = ["uploaded_at", "id"]
        indexes = [models.Index(fields=["uploaded_at"], name="file_draft_to_sweep")]
        constraints = [
            models.UniqueConstraint(fields=["stored"], name="file_draft_stored_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="file_draft_kind_known"),
            models.CheckConstraint(
                condition=Q(size__gt=0, stored__regex=r"^[0-9a-f]{32}$", sha256__regex=r"^[0-9a-f]{64}$"),
                name="file_draft_complete",
            ),
        ]
        triggers = [
            Rule(name="file_draft_fixed", broken="TRUE", operation=pgtrigger.Update),
            *quota_rules("file_draft", person="person_id"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.kind == Kind.IMAGE


@tracked(exclude=["rows_done", "seen_at"])
class Export(models.Model):
    """A table that is written in the background for the one `person` who asked for it, and deleted some days later.

    What can be written the apps above register by `kind`; `asked` is a query string in their words. `seen_at` is when
    its worker last gave a sign, `attempt` how often one began. `stored` is the random name the file is kept under.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name=_("asked for by")
    )
    kind = models.SlugField(_("what"), max_length=40, db_index=False)
    form = models.CharField(_("format"), max_length=4, choices=Form.choices)
    language = models.CharField(_("language"), max_length=2)
    asked = models.TextField(_("what was chosen"), blank=True)
    name = models.CharField(pgettext_lazy("of a file", "name"), max_length=120)
    asked_at = models.DateTimeField(_("asked for at"))
    state = models.CharField(_("state"), max_length=9, choices=ExportState.choices, default=ExportState.WAITING)
    failed_for = models.CharField(_("failed because"), max_length=9, choices=FailedFor.choices, blank=True)
    rows_total = models.PositiveIntegerField(_("rows in all"))
    rows_done = models.PositiveIntegerField(_("rows written"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    seen_at = models.DateTimeField(_("last sign of its worker"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("deleted from"), null=True, blank=True)
    stored = models.CharField(_("kept under"), max_length=32, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)

    objects = queries.ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file to download")
        verbose_name_plural = _("files to download")
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(state__in=UNDER_WAY), name="export_under_way"),
            models.Index(fields=["expires_at"], condition=Q(state="done"), name="export_to_delete"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(form__in=Form.values), name="export_form_known"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="export_language_known"),
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows_total")), name="export_counts"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(seen_at__isnull=False, attempt__gt=0), name="export_running_seen"
            ),
            models.CheckConstraint(
                condition=Q(state="done", stored__regex=r"^[0-9a-f]{32}$", expires_at__isnull=False)
                | (~Q(state="done") & Q(stored="")),
                name="export_file_when_done",
            ),
            models.UniqueConstraint(fields=["stored"], condition=~Q(stored=""), name="export_stored_once"),
            models.CheckConstraint(
                condition=Q(state="failed", failed_for__in=FailedFor.values) | (~Q(state="failed") & Q(failed_for="")),
                name="export_failed_for",
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "form", "language", "asked"],
                condition=Q(state__in=UNDER_WAY),
                name="export_once_at_a_time",
            ),
        ]
        triggers = [
            StateMachine(name="export_state", transitions=EXPORT_TRANSITIONS, initial=[ExportState.WAITING]),
            Rule(
                name="export_fixed",
                broken=f"TG_OP = 'UPDATE' AND ({_fixed('NEW', _ASKED)}) IS DISTINCT FROM ({_fixed('OLD', _ASKED)})",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where one sees how far it is, and fetches it."""
        return reverse("files:export", args=[self.pk])

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def share(self) -> float:
        """How much is written, from 0 to 1."""
        return self.rows_done / self.rows_total if self.rows_total else 0.0

    @property
    def shown(self) -> ExportState:
        return ExportState(self.state)
