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
    COHORT = "cohort", _("They agreed to be seen by their own cohort")
    EDITION = "edition", _("They agreed to be seen by all cohorts of the edition")
    SIGNED_IN = "signed_in", _("They agreed to be seen by everyone who is signed in")

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


class Form(models.TextChoices):
    """Of what is taken away: a table, or several files in one."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    ZIP = "zip", "ZIP"


class ExportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("a file to download", "waiting")
    RUNNING = "running", pgettext_lazy("a file to download", "being written")
    DONE = "done", pgettext_lazy("a file to download", "ready")
    FAILED = "failed", pgettext_lazy("a file to download", "failed")
    CANCELLED = "cancelled", pgettext_lazy("a file to download", "cancelled")
    EXPIRED = "expired", pgettext_lazy("a file to download", "deleted")

    @property
    def tone(self) -> str:
        return EXPORT_TONES[self]


EXPORT_TONES: Final = {
    ExportState.WAITING: "waiting",
    ExportState.RUNNING: "open",
    ExportState.DONE: "done",
    ExportState.FAILED: "risk",
    ExportState.CANCELLED: "stopped",
    ExportState.EXPIRED: "neutral",
}
# One whose worker died goes back to waiting.
EXPORT_TRANSITIONS: Final = {
    ExportState.WAITING: [ExportState.RUNNING, ExportState.CANCELLED],
    ExportState.RUNNING: [ExportState.WAITING, ExportState.DONE, ExportState.FAILED, ExportState.CANCELLED],
    ExportState.DONE: [ExportState.EXPIRED],
}
UNDER_WAY: Final = (ExportState.WAITING, ExportState.RUNNING)


class FailedFor(models.TextChoices):
    """Why an export was not written, as people read it."""

    NOT_YOURS = "not_yours", _("What was asked for is not within your reach any more. Ask anew for what you see.")
    NO_ROOM = "no_room", _("The server has no room for files just now. Tell the lab, and ask again later.")
    BROKE = "broke", _("The server could not write it; the lab’s log says why. Ask again, or tell the lab.")
