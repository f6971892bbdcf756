"""Kinds of files, and how far people agreed to be seen."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    IMAGE = "image", _("picture")
    DOCUMENT = "document", pgettext_lazy("a file", "document")


class Consent(models.TextChoices):
    """How far those who can be recognised agreed to be seen. Nothing is ever shown to people who are not signed in."""

    NOBODY = "nobody", _("Nobody can be recognised")
    COHORT = "cohort", _("People agreed to be seen by their own cohort")
    EDITION = "edition", _("People agreed to be seen by all cohorts of the edition")
    SIGNED_IN = "signed_in", _("People agreed to be seen by everyone who is signed in")

    @property
    def short(self) -> str:
        """A few words below a picture."""
        return str(SHORT[self])


SHORT: Final = {
    Consent.NOBODY: _("nobody recognisable"),
    Consent.COHORT: _("for the cohort"),
    Consent.EDITION: _("for the edition"),
    Consent.SIGNED_IN: _("for everyone signed in"),
}


class How(models.TextChoices):
    """How those who can be recognised said that they agree."""

    PAPER = "paper", _("signed on paper")
    FORM = "form", _("in a form")
    SPOKEN = "spoken", _("by word of mouth")


class Circle(models.TextChoices):
    """How near a person stands to what a file belongs to: of its cohort, of its edition, or only signed in."""

    COHORT = "cohort"
    EDITION = "edition"
    SIGNED_IN = "signed_in"


# Which pictures and documents each circle sees.
SEEN_FROM: Final[dict[str, tuple[Consent, ...]]] = {
    Circle.COHORT: (Consent.NOBODY, Consent.COHORT, Consent.EDITION, Consent.SIGNED_IN),
    Circle.EDITION: (Consent.NOBODY, Consent.EDITION, Consent.SIGNED_IN),
    Circle.SIGNED_IN: (Consent.NOBODY, Consent.SIGNED_IN),
}


class Size(models.TextChoices):
    """In which a picture is kept."""

    FULL = "full"
    LARGE = "large"
    SMALL = "small"
