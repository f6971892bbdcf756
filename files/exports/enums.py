"""States, formats and failures of files to download."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExportFormat(models.TextChoices):
    """The format of a file to download: a table, several files in one, or a document."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    ZIP = "zip", "ZIP"
    ODT = "odt", "ODT"
    PDF = "pdf", "PDF"


class ExportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("a file to download", "waiting")
    RUNNING = "running", pgettext_lazy("a file to download", "being written")
    DONE = "done", pgettext_lazy("a file to download", "ready")
    FAILED = "failed", pgettext_lazy("a file to download", "failed")
    CANCELLED = "cancelled", pgettext_lazy("a file to download", "cancelled")
    EXPIRED = "expired", pgettext_lazy("a file to download", "deleted")

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme of the state's badge, such as “waiting”, “done” or “risk”."""
        return EXPORT_TONES[self]


EXPORT_TONES: Final = {
    ExportState.WAITING: "waiting",
    ExportState.RUNNING: "open",
    ExportState.DONE: "done",
    ExportState.FAILED: "risk",
    ExportState.CANCELLED: "stopped",
    ExportState.EXPIRED: "neutral",
}


# An export whose worker died goes back to waiting.
EXPORT_TRANSITIONS: Final = {
    ExportState.WAITING: [ExportState.RUNNING, ExportState.CANCELLED],
    ExportState.RUNNING: [ExportState.WAITING, ExportState.DONE, ExportState.FAILED, ExportState.CANCELLED],
    ExportState.DONE: [ExportState.EXPIRED],
}


UNDER_WAY: Final = (ExportState.WAITING, ExportState.RUNNING)


class FailureReason(models.TextChoices):
    """Why an export was not created, as people read it."""

    NOT_YOURS = (
        "not_yours",
        _("You can no longer see the content you asked for. Ask for a new file with what you can see."),
    )
    NO_ROOM = "no_room", _("The server has no room for files just now. Tell the lab, and ask again later.")
    BROKE = (
        "broke",
        _(
            "The server could not create the file. Ask for it again. If that fails, tell the lab, which can find"
            " the reason in its log."
        ),
    )
