"""Kinds of things that can be published, the states of a publication, who approves it, and licences."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PublicationKind(models.TextChoices):
    """What a publication is about; the value is a part of its address."""

    IDEA = "ideas", _("idea")
    COHORT = "cohorts", _("cohort")
    PROGRAMME = "programmes", _("programme")
    LESSON = "lessons", _("lesson")
    METHOD = "methods", _("method")

    @property
    def plural(self) -> str:
        """Return the heading of a list of things of this kind."""
        return str(PLURALS[self])

    @property
    def of_cohort(self) -> bool:
        """Return whether a thing of this kind belongs to a cohort, whose people publish it; else the lab does."""
        return self in OF_COHORT


PLURALS: Final = {
    PublicationKind.IDEA: _("Ideas"),
    PublicationKind.COHORT: _("Cohorts"),
    PublicationKind.PROGRAMME: _("Programmes"),
    PublicationKind.LESSON: _("Lessons"),
    PublicationKind.METHOD: _("Methods"),
}
OF_COHORT: Final = (PublicationKind.IDEA, PublicationKind.COHORT)


class PublicationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("publication", "draft")
    SUBMITTED = "submitted", pgettext_lazy("publication", "waits for approval")
    PUBLISHED = "published", pgettext_lazy("publication", "published")
    REPLACED = "replaced", pgettext_lazy("publication", "replaced by a later version")
    WITHDRAWN = "withdrawn", pgettext_lazy("publication", "withdrawn")

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows this state: "waiting", "open", "done", "neutral" or "stopped"."""
        return TONES[self]


TONES: Final = {
    PublicationState.DRAFT: "waiting",
    PublicationState.SUBMITTED: "open",
    PublicationState.PUBLISHED: "done",
    PublicationState.REPLACED: "neutral",
    PublicationState.WITHDRAWN: "stopped",
}
PUBLICATION_TRANSITIONS: Final = {
    PublicationState.DRAFT: [PublicationState.SUBMITTED],
    PublicationState.SUBMITTED: [PublicationState.DRAFT, PublicationState.PUBLISHED],
    PublicationState.PUBLISHED: [PublicationState.REPLACED, PublicationState.WITHDRAWN],
    PublicationState.REPLACED: [PublicationState.WITHDRAWN],  # it still is in releases of open data
}
IN_PREPARATION: Final = (PublicationState.DRAFT, PublicationState.SUBMITTED)
WITHDRAWABLE: Final = (PublicationState.PUBLISHED, PublicationState.REPLACED)
EVER_PUBLISHED: Final = (PublicationState.PUBLISHED, PublicationState.REPLACED, PublicationState.WITHDRAWN)


class Approval(models.TextChoices):
    """Who has to approve a publication before anyone reads it."""

    ANYONE = "anyone", _("anyone who may publish")
    SECOND_PERSON = "second", _("a second person")
    ADMIN = "admin", _("the admin of the authority")
    ADMIN_AND_SECOND = "both", _("an admin of the authority who has not submitted it")

    @property
    def needs_admin(self) -> bool:
        """Return whether an admin of the authority has to approve it."""
        return self in {Approval.ADMIN, Approval.ADMIN_AND_SECOND}

    @property
    def needs_second_person(self) -> bool:
        """Return whether someone other than the person who submitted it has to approve it."""
        return self in {Approval.SECOND_PERSON, Approval.ADMIN_AND_SECOND}


def needed_approval(*, admin: bool, second_person: bool) -> Approval:
    """Return who has to approve a publication, where its admin or a second person has to; where both, both."""
    if admin:
        return Approval.ADMIN_AND_SECOND if second_person else Approval.ADMIN
    return Approval.SECOND_PERSON if second_person else Approval.ANYONE


class TextLicence(models.TextChoices):
    """The licence of texts and pictures."""

    CC_BY = "cc-by-4.0", _("Creative Commons Attribution 4.0 (CC BY 4.0)")
    CC_BY_SA = "cc-by-sa-4.0", _("Creative Commons Attribution – ShareAlike 4.0 (CC BY-SA 4.0)")


class DataLicence(models.TextChoices):
    """The licence of facts and figures of public bodies: one of the list of article D323-2-1 of the CRPA."""

    ETALAB = "etalab-2.0", _("Licence Ouverte / Open Licence 2.0")
    ODBL = "odbl-1.0", _("Open Database License 1.0 (ODbL)")


LICENCE_TEXTS: Final[Mapping[str, str]] = {
    TextLicence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    TextLicence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    DataLicence.ETALAB: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    DataLicence.ODBL: "https://opendatacommons.org/licenses/odbl/1-0/",
}
