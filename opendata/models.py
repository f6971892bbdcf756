"""Releases: frozen data packages, each with what it holds, so that nothing withdrawn since is served."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import MD5, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from figures.models import FiguresConsent
from files.fields import StoredNameField
from programmes.models import Edition
from publications.enums import PublicationState
from publications.models import MEASURE_TEXTS, Publication, PublicationQuerySet, PublicName
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule

# In addresses: in place of the slug of an edition, in place of the name of a release, and the name of the full package.
EVERYTHING: Final = "all"
LATEST: Final = "latest"
PACKAGE_FILE: Final = "package.zip"


# Of the texts of a version that a package holds: one that changed since, after an erasure, is not what was released.
DIGEST: Final = MD5(
    Concat(
        *("title_fr", Value("\n"), "title_en", Value("\n"), "summary_fr", Value("\n"), "summary_en"),
        *MEASURE_TEXTS,  # without marks between them: empty ones leave the digests of older releases as they are
    )
)


def dataset_of(edition: Edition | None) -> str:
    """Return the part of addresses that names the data of an edition, or without one of all editions."""
    return edition.slug if edition else EVERYTHING


def releasable(today: date) -> PublicationQuerySet:
    """Return the versions that a package may hold: the thing is public today, and everyone whom they name still agrees.

    An older version stays in the releases that hold it while a later one is public, unless it or a later one was
    withdrawn.
    """
    same_page = Publication.objects.filter(kind=OuterRef("kind"), slug=OuterRef("slug"))
    withdrawn = same_page.filter(state=PublicationState.WITHDRAWN, number__gte=OuterRef("number"))
    disagreeing = PublicName.objects.filter(
        Q(ended_at__isnull=False) | Q(agreed_until__lt=today), publication=OuterRef("pk")
    )
    everything = Publication.objects.ever_published()
    return everything.filter(Exists(same_page.published()), ~Exists(withdrawn), ~Exists(disagreeing))


class ReleaseQuerySet(models.QuerySet["Release"]):
    def current(self) -> ReleaseQuerySet:
        """Return the releases that were not ended by a withdrawal."""
        return self.filter(ended_at=None)

    def of(self, edition: Edition | None) -> ReleaseQuerySet:
        """Return the releases of an edition, or without one those of all editions together, the latest first."""
        return self.filter(edition=edition).order_by("-as_of", "-issue")

    def issued_before(self, release: Release) -> ReleaseQuerySet:
        """Return the earlier releases of the same edition and day, the latest first."""
        return self.of(release.edition).filter(as_of=release.as_of, issue__lt=release.issue)

    def with_withdrawn(self, today: date) -> ReleaseQuerySet:
        """Return the releases that hold something that is not public any more on the day `today`."""
        return self.filter(Exists(ReleasePart.objects.withdrawn(today).filter(release=OuterRef("pk"))))

    def with_servability(self, today: date) -> ReleaseQuerySet:
        """Annotate `is_servable`: whether anyone may read the release on the day `today`, as all it holds is public."""
        withdrawn = Exists(ReleasePart.objects.withdrawn(today).filter(release=OuterRef("pk")))
        is_public = ExpressionWrapper(Q(ended_at=None) & ~withdrawn, BooleanField())
        return self.annotate(is_servable=is_public)  # type: ignore[no-redef] # declared on the model, for its readers


@tracked()
class Release(models.Model):
    """A frozen data package of an edition, or without one of all editions, with the figures as of a day.

    Its file is stored before the row, and never changes. When something in it is withdrawn, the release ends: its file
    is deleted, its address answers 410, and the next `issue` holds the rest. `stored` is the random name of the file.
    """

    edition = models.ForeignKey(
        Edition, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("edition")
    )
    as_of = models.DateField(_("figures as of"))
    issue = models.PositiveSmallIntegerField(_("issue"), default=1)
    stored = StoredNameField(_("stored as"), max_length=32, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    made_at = models.DateTimeField(_("released on"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    ended_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    is_servable: bool  # with `ReleaseQuerySet.with_servability` only

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release of open data")
        verbose_name_plural = _("releases of open data")
        ordering: ClassVar[list[str]] = ["-as_of", "edition", "-issue"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "as_of", "issue"], nulls_distinct=False, name="release_issue_once"
            ),
            models.UniqueConstraint(
                fields=["edition", "as_of"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="release_current_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, stored__regex=r"^[0-9a-f]{32}$")
                | Q(ended_at__isnull=False, ended_at__gte=F("made_at"), stored=""),
                name="release_file_while_current",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0), name="release_checksum"),
        ]
        triggers = [
            Frozen(name="release_frozen", mutable_columns=["made_by_id", "stored", "ended_at"]),
            Rule(
                name="release_ends_once",
                rule="release_frozen",
                broken="TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at"
                " OR NEW.ended_at IS NULL AND NEW.stored <> OLD.stored)",
            ),
            NoTruncate(name="release_no_truncate"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the part of addresses that names the release: its day, and its issue from the second on."""
        return self.as_of.isoformat() + (f"-{self.issue}" if self.issue > 1 else "")

    @property
    def dataset(self) -> str:
        """Return the part of addresses that names its data set."""
        return dataset_of(self.edition)

    @property
    def package_path(self) -> str:
        """Return the path of its ZIP file, in addresses."""
        return reverse("opendata:file", args=[self.dataset, self.name, PACKAGE_FILE])


class ReleasePartQuerySet(models.QuerySet["ReleasePart"]):
    def withdrawn(self, today: date) -> ReleasePartQuerySet:
        """Return the parts that are not public any more on the day `today`, or of which a text changed since."""
        unchanged = releasable(today).filter(pk=OuterRef("publication")).annotate(text_digest=DIGEST)
        consents = FiguresConsent.objects.open().filter(pk=OuterRef("consent"))
        return self.exclude(Exists(unchanged.filter(text_digest=OuterRef("digest")))).exclude(Exists(consents))


@tracked()
class ReleasePart(models.Model):
    """A version, or the consent of a cohort to publish its figures, that a release holds; `digest` is of its texts."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="parts", verbose_name=_("release"))
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publication")
    )
    consent = models.ForeignKey(
        FiguresConsent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("consent")
    )
    digest = models.CharField(_("digest"), max_length=32, blank=True)

    objects = ReleasePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a release")
        verbose_name_plural = _("parts of releases")
        constraints = [
            models.CheckConstraint(
                condition=Q(publication__isnull=False, consent=None, digest__regex=r"^[0-9a-f]{32}$")
                | Q(publication=None, consent__isnull=False, digest=""),
                name="release_part_one",
            ),
            models.UniqueConstraint(fields=["release", "publication"], name="release_part_publication_once"),
            models.UniqueConstraint(fields=["release", "consent"], name="release_part_consent_once"),
        ]
        triggers = [
            Frozen(name="release_part_frozen"),
            NoTruncate(name="release_part_no_truncate"),
        ]

    def __str__(self) -> str:
        return str(self.publication or self.consent)
