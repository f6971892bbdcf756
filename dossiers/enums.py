"""Kinds of dossiers, their parts, the circles of readers they are for, and the licences they can carry."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from files.enums import CONSENTS_BY_AUDIENCE, Consent, FileAudience


class DossierKind(models.TextChoices):
    """What a dossier is about. A residency is a cohort of a programme of residencies, with a booklet of its own."""

    IDEA = "idea", _("Dossier of an idea")
    COHORT = "cohort", _("Dossier of a cohort")
    RESIDENCY = "residency", _("Booklet of a residency")
    EDITION = "edition", _("Dossier of an edition")


class DossierAudience(models.TextChoices):
    """The circle of readers that a dossier is made for."""

    ME = "me", _("for me")
    AUTHORITY = "authority", _("for our authority")
    EDITION = "edition", _("for the edition")
    PUBLIC = "public", _("for the public")


# Inside these circles the work of a cohort is read in full; outside only what the cohort shares.
INSIDE: Final = frozenset({DossierAudience.ME, DossierAudience.AUTHORITY})
AUDIENCE_HELP: Final[Mapping[str, StrOrPromise]] = {
    DossierAudience.ME: _("all that I can read, with the names of people"),
    DossierAudience.AUTHORITY: _("the work of the cohort, without names"),
    DossierAudience.EDITION: _("what cohorts share with the edition"),
    DossierAudience.PUBLIC: _("what cohorts share with the edition, and the figures they publish"),
}
# The consents of people on pictures that cover each circle; “for me” depends on how close the person is to the cohort.
CONSENTS: Final[Mapping[str, tuple[Consent, ...]]] = {
    DossierAudience.AUTHORITY: CONSENTS_BY_AUDIENCE[FileAudience.SIGNED_IN],
    DossierAudience.EDITION: CONSENTS_BY_AUDIENCE[FileAudience.EDITION],
    DossierAudience.PUBLIC: CONSENTS_BY_AUDIENCE[FileAudience.PUBLIC],
}


class Part(models.TextChoices):
    """The parts of dossiers."""

    ABOUT = "about", _("In brief")
    PEOPLE = "people", _("People")
    METHOD = "method", _("Method")
    OBSERVATIONS = "observations", _("What was observed")
    IDEAS = "ideas", _("Ideas, with their prototypes and tests")
    OUTCOMES = "outcomes", _("What became of the ideas")
    FIGURES = "figures", _("Figures")
    COHORTS = "cohorts", _("Cohorts")
    EXCHANGES = "exchanges", _("Intertransfos")
    LESSONS = "lessons", _("Lessons")
    PICTURES = "pictures", _("Pictures")


PARTS: Final[Mapping[str, tuple[Part, ...]]] = {
    DossierKind.IDEA: (Part.ABOUT, Part.OUTCOMES, Part.OBSERVATIONS, Part.PICTURES),
    DossierKind.COHORT: (
        Part.ABOUT,
        Part.FIGURES,
        Part.PEOPLE,
        Part.METHOD,
        Part.IDEAS,
        Part.OUTCOMES,
        Part.OBSERVATIONS,
        Part.PICTURES,
    ),
    DossierKind.RESIDENCY: (
        Part.ABOUT,
        Part.PEOPLE,
        Part.METHOD,
        Part.OBSERVATIONS,
        Part.IDEAS,
        Part.OUTCOMES,
        Part.FIGURES,
        Part.PICTURES,
    ),
    DossierKind.EDITION: (
        Part.ABOUT,
        Part.FIGURES,
        Part.COHORTS,
        Part.OUTCOMES,
        Part.IDEAS,
        Part.EXCHANGES,
        Part.METHOD,
        Part.LESSONS,
        Part.PICTURES,
    ),
}
PARTS_OFF_BY_DEFAULT: Final = {
    DossierKind.EDITION: (Part.IDEAS, Part.PICTURES)
}  # long parts, which few readers of an edition want


class Licence(models.TextChoices):
    """The licence under which others may use a dossier."""

    NONE = "", pgettext_lazy("licence", "no licence: not to be published")
    ETALAB = "etalab-2.0", _("Licence Ouverte / Open Licence 2.0")
    CC_BY = "cc-by-4.0", _("Creative Commons Attribution 4.0 (CC BY 4.0)")
    CC_BY_SA = "cc-by-sa-4.0", _("Creative Commons Attribution – ShareAlike 4.0 (CC BY-SA 4.0)")


LICENCE_TEXTS: Final[Mapping[str, str]] = {
    Licence.ETALAB: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
}
