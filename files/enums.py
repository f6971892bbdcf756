"""Kinds and sizes of files, and the consent of the people in them."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileKind(models.TextChoices):
    IMAGE = "image", _("picture")
    DOCUMENT = "document", pgettext_lazy("a file", "document")
    AUDIO = "audio", _("recording")


class Consent(models.TextChoices):
    """The audience that the people who can be recognised in a file agreed to.

    Visitors who are not signed in see only pictures that were published, with the consent for everyone or without
    recognisable people. Only field notes and their files can be without consent.
    """

    PENDING = "pending", _("Not given yet: only the person who added it sees it")
    NOBODY = "nobody", _("Nobody can be recognised")
    COHORT = "cohort", _("People agreed to be seen by their own cohort")
    EDITION = "edition", _("People agreed to be seen by all cohorts of the edition")
    SIGNED_IN = "signed_in", _("People agreed to be seen by everyone who is signed in")
    PUBLIC = "public", _("People agreed to be seen by anyone, on public pages")

    @property
    def short(self) -> str:
        """Return the short label of the consent, shown below a picture, such as “for the cohort”."""
        return str(CONSENT_LABELS[self])


# The consents of which a form gives the choice; the people on a file of any other page were asked before.
ANSWERED_CONSENTS: Final = tuple(choice for choice in Consent.choices if choice[0] != Consent.PENDING)
PEOPLE_AGREED: Final = (Consent.COHORT, Consent.EDITION, Consent.SIGNED_IN)  # to a field note, which is never public
NOTE_CONSENTS: Final = tuple(choice for choice in Consent.choices if choice[0] != Consent.PUBLIC)

CONSENT_LABELS: Final = {
    Consent.PENDING: _("consent not given yet"),
    Consent.NOBODY: _("nobody recognisable"),
    Consent.COHORT: _("for the cohort"),
    Consent.EDITION: _("for the edition"),
    Consent.SIGNED_IN: _("for everyone signed in"),
    Consent.PUBLIC: _("for the public"),
}


class ConsentMethod(models.TextChoices):
    """The way in which people who can be recognised gave their consent."""

    PAPER = "paper", _("signed on paper")
    FORM = "form", _("in a form")
    SPOKEN = "spoken", _("by word of mouth")


class FileAudience(models.TextChoices):
    """The audience a person belongs to: in the cohort of the object, in its edition, only signed in, or the public.

    The author of a field note also sees its files while nobody has agreed to them.
    """

    AUTHOR = "author"
    COHORT = "cohort"
    EDITION = "edition"
    SIGNED_IN = "signed_in"
    PUBLIC = "public"


# The consents with which each audience sees a file.
CONSENTS_BY_AUDIENCE: Final[dict[str, tuple[Consent, ...]]] = {
    FileAudience.AUTHOR: tuple(Consent),
    FileAudience.COHORT: (Consent.NOBODY, Consent.COHORT, Consent.EDITION, Consent.SIGNED_IN, Consent.PUBLIC),
    FileAudience.EDITION: (Consent.NOBODY, Consent.EDITION, Consent.SIGNED_IN, Consent.PUBLIC),
    FileAudience.SIGNED_IN: (Consent.NOBODY, Consent.SIGNED_IN, Consent.PUBLIC),
    FileAudience.PUBLIC: (Consent.NOBODY, Consent.PUBLIC),
}


class StoredSize(models.TextChoices):
    """The sizes in which a picture is stored; a document has only the full one."""

    FULL = "full"
    LARGE = "large"
    SMALL = "small"
