"""Dossiers: what a person asked for, and what the file that was written for them holds."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from dossiers.enums import DossierAudience, DossierKind, Licence, Part
from programmes.enums import ProgrammeFamily
from programmes.models import Edition
from prototypes.models import Idea
from web.database.columns import choices_constraint
from web.database.lengths import max_length_constraint

MAX_CHARACTERS = 4_000


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User) -> "DossierQuerySet":
        """Filter the dossiers that the user made: nobody else can see them, and people who are signed out see none."""
        return self.filter(person=user.pk)


class Dossier(models.Model):
    """A dossier that a person made of an idea, a cohort or an edition; the export that writes it names this row.

    `contents` holds what the written file shows, as lists of ids by kind: ideas, canvases, sessions, pictures, and the
    cohorts that its figures count. Before the file is downloaded, each of them is checked again. A row is removed some
    days after its file; it is in no history.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="dossiers", verbose_name=_("made by")
    )
    idea = models.ForeignKey(
        Idea, models.CASCADE, null=True, blank=True, related_name="dossiers", verbose_name=_("idea")
    )
    cohort = models.ForeignKey(
        Cohort, models.CASCADE, null=True, blank=True, related_name="dossiers", verbose_name=_("cohort")
    )
    edition = models.ForeignKey(
        Edition, models.CASCADE, null=True, blank=True, related_name="dossiers", verbose_name=_("edition")
    )
    audience = models.CharField(_("for whom"), max_length=9, choices=DossierAudience.choices)
    parts = ArrayField(models.CharField(max_length=12, choices=Part.choices), verbose_name=_("parts"))
    licence = models.CharField(_("licence"), max_length=12, choices=Licence.choices, blank=True)
    people_named = models.TextField(_("people to name"), blank=True)
    thanks = models.TextField(_("thanks"), blank=True)
    requested_at = models.DateTimeField(_("requested on"))
    contents = models.JSONField(_("what the file holds"), default=dict, blank=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering: ClassVar[list[str]] = ["-requested_at", "-id"]
        indexes = [models.Index(fields=["requested_at"], name="dossier_requested_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(idea__isnull=False, cohort=None, edition=None)
                | Q(idea=None, cohort__isnull=False, edition=None)
                | Q(idea=None, cohort=None, edition__isnull=False),
                name="dossier_about_one",
            ),
            choices_constraint("audience", DossierAudience, "dossier_audience_known"),
            choices_constraint("licence", Licence, "dossier_licence_known"),
            models.CheckConstraint(
                condition=Q(parts__len__gt=0, parts__contained_by=Part.values), name="dossier_parts_known"
            ),
            models.CheckConstraint(
                condition=~Q(audience=DossierAudience.PUBLIC) | ~Q(licence=Licence.NONE), name="dossier_public_licence"
            ),
            max_length_constraint(MAX_CHARACTERS, "people_named", name="dossier_people_length"),
            max_length_constraint(MAX_CHARACTERS, "thanks", name="dossier_thanks_length"),
        ]

    def __str__(self) -> str:
        """Return the name of what the dossier is about."""
        return str(self.subject)

    @property
    def subject(self) -> Idea | Cohort | Edition:
        """Return the idea, cohort or edition that the dossier is about."""
        subject = self.idea or self.cohort or self.edition
        assert subject is not None  # noqa: S101 - a constraint
        return subject

    @property
    def kind(self) -> DossierKind:
        """Return the kind of dossier, which decides on its parts and their order."""
        return kind_of(self.subject)

    @property
    def licence_label(self) -> StrOrPromise:
        """Return the name of the licence; for none, that the dossier is not to be published."""
        return Licence(self.licence).label


def kind_of(subject: Idea | Cohort | Edition) -> DossierKind:
    """Return the kind of dossier that is made of an idea, a cohort (read with edition and programme) or an edition."""
    if isinstance(subject, Idea):
        return DossierKind.IDEA
    if isinstance(subject, Edition):
        return DossierKind.EDITION
    is_residency = subject.edition.programme.family == ProgrammeFamily.RESIDENCY
    return DossierKind.RESIDENCY if is_residency else DossierKind.COHORT
