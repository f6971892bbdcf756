"""Attachments, drafts of attachments, and quotas of people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from files.enums import CONSENTS_BY_AUDIENCE, Consent, ConsentMethod, FileKind, StoredSize
from files.fields import StoredNameField
from files.pictures.reencoding import THUMBNAILS
from files.registries import FileRights, Owner
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.dates.plausible import plausible_dates

CONSENT = ("consent", "consent_until", "consent_on", "consent_how", "consent_held")
ERASED_NAME = "document"
_FILE_COLUMNS = ("kind", "content_type", "size", "width", "height", "sha256")
_FIXED_COLUMNS = ("about", "object_id", *_FILE_COLUMNS, "idempotency_key", "uploaded_at")


def _fixed_columns(row: str) -> str:
    """Return the columns of an attachment that never change, as SQL for a trigger; `row` is NEW or OLD.

    They are the object, the file's name, kind, size and hash, the form's key and the time of adding.
    """
    return ", ".join(f"{row}.{column}" for column in _FIXED_COLUMNS)


def quota_rules(table: str, *, person: str) -> list[Rule]:
    """Return two triggers that refuse a new row of `table` when its person's files exceed their quota, in all or in 24
    hours.

    `person` is the column of the person. They lock the person's quota first, so that of two concurrent files the second
    counts the first. Withdrawn files and deleted drafts do not count.
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


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, owner: Owner) -> AttachmentQuerySet:
        """Filter the files of the owner object, withdrawn ones included.

        Where its person may see the object only up to a day (`owner.until`), files added later are left out.
        """
        return self.of_object(owner.about, owner.object_id, owner.until)

    def of_object(self, about: str, object_id: int, until: date | None) -> AttachmentQuerySet:
        """Filter the files of an object, withdrawn ones included; with `until`, only those added by that day."""
        return self.filter(uploaded_until(until), about=about, object_id=object_id)

    def viewable_by(self, owner: Owner, today: date) -> AttachmentQuerySet:
        """Filter the owner object's files that its person can look at on the day `today`.

        These are not withdrawn, and the people on them agreed to be seen by the person's audience (cohort, edition or
        everyone signed in), until that day or later.
        """
        return self.of(owner).filter(_is_viewable(owner.audience, today))

    def with_consent(self, consents: Collection[str], today: date) -> AttachmentQuerySet:
        """Filter the files that are not withdrawn and whose people gave one of these consents, until `today` or later.

        For readers outside the platform, such as those of a dossier; the consent that nobody can be recognised on them
        has no end.
        """
        return self.filter(_in_consent(today), consent__in=consents, withdrawn_at=None)

    def pictures(self) -> AttachmentQuerySet:
        """Filter the pictures: not the documents."""
        return self.filter(kind=FileKind.IMAGE)

    def pictures_of_each(self, about: str, audience: str, until: date | None, today: date) -> AttachmentQuerySet:
        """Filter the pictures of each row of an outer query that an audience can look at on the day `today`.

        `about` is the slug of the rows' kind, `audience` “cohort”, “edition” or “signed_in”; with `until`, only
        pictures added by that day. Withdrawn pictures and those without consent for the audience are left out.
        """
        return self.filter(
            _is_viewable(audience, today),
            uploaded_until(until),
            about=about,
            object_id=OuterRef("pk"),
            kind=FileKind.IMAGE,
        )

    def visible_to(self, owner: Owner, today: date) -> AttachmentQuerySet:
        """Filter the owner object's files that its person can look at on `today`, and those that they may edit though
        not shown.

        Not shown are withdrawn files, and those whose consent has ended or excludes the person.
        """
        rows = self.of(owner).select_related("uploaded_by", "withdrawn_by")
        return rows.visible_by_rights(owner.rights, owner.person, today)

    def visible_by_rights(self, rights: FileRights, person: User, today: date) -> AttachmentQuerySet:
        """Filter the files of one object that a person with these rights sees on `today`."""
        if rights.can_edit_all:
            return self
        own = Q(uploaded_by=person) if rights.can_edit_own else Q(pk__in=[])
        return self.filter(_is_viewable(rights.audience, today) | own)

    def by_age(self) -> AttachmentQuerySet:
        """Sort by the moment the files were added, the oldest first."""
        return self.order_by("uploaded_at", "pk")


@tracked(exclude=["name"])  # fixed until it is erased: a history would retain it
class Attachment(models.Model):
    """A picture or a document of an object of another app, which knows it by `about`, a slug, and `object_id`.

    `stored` is the random name of the file on the disk, empty once withdrawn; `sha256` and `size` are of that file.
    `consent_held` says where the record of the consent is stored, without names. `withdrawn_by` is empty where the
    platform withdrew the file, or someone without an account. The name of a withdrawn file may be erased: it is then
    `ERASED_NAME`.
    """

    about = models.SlugField(_("about"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("which one"))
    kind = models.CharField(_("kind"), max_length=8, choices=FileKind.choices)
    name = models.CharField(pgettext_lazy("of a file", "name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored = StoredNameField(_("stored as"), max_length=32, blank=True)
    alt_text = models.CharField(_("what it shows"), max_length=500, blank=True)
    decorative = models.BooleanField(_("decorative picture"), default=False)
    consent = models.CharField(_("consent"), max_length=9, choices=Consent.choices)
    consent_until = models.DateField(_("shown until"), null=True, blank=True)
    consent_on = models.DateField(_("agreed on"), null=True, blank=True)
    consent_how = models.CharField(_("how they agreed"), max_length=6, choices=ConsentMethod.choices, blank=True)
    consent_held = models.CharField(_("where their consent is kept"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="attachments", verbose_name=_("added by")
    )
    uploaded_at = models.DateTimeField(_("added on"))
    idempotency_key = models.UUIDField(_("key of the form"))
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

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("a picture or a document", "file")
        verbose_name_plural = pgettext_lazy("pictures and documents", "files")
        ordering: ClassVar[list[str]] = ["uploaded_at", "id"]
        indexes = [
            models.Index(fields=["about", "object_id", "uploaded_at"], name="attachment_of"),
            models.Index(fields=["uploaded_by", "uploaded_at"], condition=~Q(stored=""), name="attachment_held_by"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="attachment_idempotency_key_unique"),
            models.UniqueConstraint(fields=["stored"], condition=~Q(stored=""), name="attachment_stored_once"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="attachment_kind_known"),
            models.CheckConstraint(condition=Q(name__regex=r"^[^/\\]*[^/\\\s.][^/\\]*$"), name="attachment_named"),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=Q(kind=FileKind.IMAGE, width__isnull=False, width__gt=0, height__isnull=False, height__gt=0)
                | (~Q(kind=FileKind.IMAGE) & Q(width=None, height=None)),
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
                | Q(withdrawn_at__isnull=False, withdrawn_reason__regex=r"\S"),
                name="attachment_withdrawn_why",
            ),
            models.CheckConstraint(
                condition=(~Q(kind=FileKind.IMAGE) & Q(decorative=False))
                | Q(kind=FileKind.IMAGE, decorative=True, alt_text="")
                | Q(kind=FileKind.IMAGE, decorative=False, alt_text__regex=r"\S"),
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
            models.CheckConstraint(
                condition=Q(consent_how__in=["", *ConsentMethod.values]), name="attachment_consent_how_known"
            ),
            plausible_dates("attachment_dates_plausible", "consent_until", "consent_on"),
        ]
        triggers = [
            Rule(
                name="attachment_fixed",
                broken=f"TG_OP = 'UPDATE' AND (({_fixed_columns('NEW')}) IS DISTINCT FROM ({_fixed_columns('OLD')})"
                " OR (NEW.stored <> OLD.stored AND NEW.stored <> '')"
                f" OR (NEW.name <> OLD.name AND (NEW.withdrawn_at IS NULL OR NEW.name <> '{ERASED_NAME}')))",
            ),
            Frozen(
                name="attachment_withdrawn_stays",
                frozen_if="OLD.withdrawn_at IS NOT NULL AND TG_OP = 'UPDATE'",
                mutable_columns=["uploaded_by_id", "withdrawn_by_id", "name"],
            ),
            Frozen(name="attachment_never_deleted", frozen_if="TG_OP = 'DELETE'"),
            NoTruncate(name="attachment_no_truncate"),
            *quota_rules("attachment", person="uploaded_by_id"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the URL at which the picture is shown in full size, or the document is downloaded."""
        return reverse("files:file", args=[self.pk])

    @property
    def is_image(self) -> bool:
        """Return whether the file is a picture, not a document."""
        return self.kind == FileKind.IMAGE

    @property
    def consent_in_short(self) -> str:
        """Return the short label of the consent, for below the picture, such as “for the cohort”."""
        return Consent(self.consent).short

    def consent_has_ended(self, today: date) -> bool:
        """Return whether the last day of the people's consent was before `today`; False for consent without an end."""
        return self.consent_until is not None and self.consent_until < today

    def form_values(self) -> dict[str, object]:
        """Return the values from which the form to describe the file starts, by field.

        The fields: the description, whether the picture is decorative, and the five on consent.
        """
        return {name: getattr(self, name) for name in ("alt_text", "decorative", *CONSENT)}

    def served_type(self, size: str) -> str:
        """Return the content type with which one size of the file is sent: the smaller sizes of a picture are always
        WebP.

        `size` is “full”, “large” or “small”.
        """
        return self.content_type if size == StoredSize.FULL else THUMBNAILS


class FileQuota(models.Model):
    """How much one person may store in all, and add within 24 hours; triggers lock this row before they count.

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
        """Return the name of the person whose quota it is."""
        return str(self.person)


class FileDraftQuerySet(models.QuerySet["FileDraft"]):
    def visible_to(self, user: User) -> FileDraftQuerySet:
        """Filter the user's own drafts, files of forms that are not finished: nobody else can see them."""
        return self.filter(person=user)

    def older_than_a_day(self, at: datetime) -> FileDraftQuerySet:
        """Filter the drafts that were received more than 24 hours before the moment `at`."""
        return self.filter(uploaded_at__lt=at - DRAFT_LIFETIME)


class FileDraft(models.Model):
    """An accepted file that is not attached to anything yet, because its form had an error or was never sent again.

    Only its person can see and use it. It is deleted after a day.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="file_drafts", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=FileKind.choices)
    name = models.CharField(pgettext_lazy("of a file", "name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored = StoredNameField(_("stored as"), max_length=32)
    uploaded_at = models.DateTimeField(_("added on"))

    objects = FileDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a form that is not finished")
        verbose_name_plural = _("files of forms that are not finished")
        ordering: ClassVar[list[str]] = ["uploaded_at", "id"]
        indexes = [models.Index(fields=["uploaded_at"], name="file_draft_to_sweep")]
        constraints = [
            models.UniqueConstraint(fields=["stored"], name="file_draft_stored_once"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="file_draft_kind_known"),
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
        """Return whether the file is a picture, not a document."""
        return self.kind == FileKind.IMAGE


DRAFT_LIFETIME: Final = timedelta(hours=24)


def uploaded_until(until: date | None) -> Q:
    """Return a filter for attachments added on the day `until` or before; None keeps all."""
    return Q(uploaded_at__date__lte=until) if until else Q()


def _is_viewable(audience: str, today: date) -> Q:
    """Return a filter for attachments that are not withdrawn and whose people agreed to be seen by `audience` on
    `today`.

    `audience` is “cohort”, “edition” or “signed_in”.
    """
    return _in_consent(today) & Q(consent__in=CONSENTS_BY_AUDIENCE[audience], withdrawn_at=None)


def _in_consent(today: date) -> Q:
    """Return a filter for attachments whose consent has not ended by `today`, or has no end."""
    return Q(consent_until=None) | Q(consent_until__gte=today)
