"""States of an import and of its rows, with the changes between them that the database allows."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RowOutcome(models.TextChoices):
    """What importing a row does, in the order in which pages list rows: those that need the reader come first."""

    REFUSED = "refused", pgettext_lazy("a row to import", "refused")
    UPDATE = "update", pgettext_lazy("a row to import", "to update")
    UNCHANGED = "unchanged", pgettext_lazy("a row to import", "no change")
    CREATE = "create", pgettext_lazy("a row to import", "to create")

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme of the outcome's badge, such as “risk” or “done”."""
        return OUTCOME_TONES[self]


OUTCOME_TONES: Final = {
    RowOutcome.REFUSED: "risk",
    RowOutcome.UPDATE: "paused",
    RowOutcome.UNCHANGED: "waiting",
    RowOutcome.CREATE: "done",
}
CHANGING: Final = (RowOutcome.CREATE, RowOutcome.UPDATE)


class ImportRowState(models.TextChoices):
    """Whether a row is only checked, is imported, or was imported and undone."""

    CHECKED = "checked", pgettext_lazy("a row to import", "checked")
    IMPORTED = "imported", pgettext_lazy("a row to import", "imported")
    UNDONE = "undone", pgettext_lazy("a row to import", "undone")


ROW_TRANSITIONS: Final = {
    ImportRowState.CHECKED: [ImportRowState.IMPORTED],
    ImportRowState.IMPORTED: [ImportRowState.UNDONE],
}


class BatchState(models.TextChoices):
    READING = "reading", pgettext_lazy("an import", "being read")
    CHECKING = "checking", pgettext_lazy("an import", "being checked")
    CHECKED = "checked", pgettext_lazy("an import", "to confirm")
    WAITING = "waiting", pgettext_lazy("an import", "waiting")
    RUNNING = "running", pgettext_lazy("an import", "being imported")
    DONE = "done", pgettext_lazy("an import", "imported")
    FAILED = "failed", pgettext_lazy("an import", "stopped")
    UNDOING = "undoing", pgettext_lazy("an import", "being undone")
    UNDONE = "undone", pgettext_lazy("an import", "undone")

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme of the state's badge, such as “waiting” or “done”."""
        return BATCH_TONES[self]


BATCH_TONES: Final = {
    BatchState.READING: "open",
    BatchState.CHECKING: "open",
    BatchState.CHECKED: "attention",
    BatchState.WAITING: "waiting",
    BatchState.RUNNING: "open",
    BatchState.DONE: "done",
    BatchState.FAILED: "risk",
    BatchState.UNDOING: "open",
    BatchState.UNDONE: "stopped",
}
# A correction is checked again. An undo that is refused leaves the import done or stopped, as it was.
BATCH_TRANSITIONS: Final = {
    BatchState.READING: [BatchState.CHECKING, BatchState.FAILED],
    BatchState.CHECKING: [BatchState.CHECKED, BatchState.FAILED],
    BatchState.CHECKED: [BatchState.CHECKING, BatchState.WAITING],
    BatchState.WAITING: [BatchState.RUNNING],
    BatchState.RUNNING: [BatchState.DONE, BatchState.FAILED],
    BatchState.DONE: [BatchState.UNDOING],
    BatchState.FAILED: [BatchState.UNDOING],
    BatchState.UNDOING: [BatchState.DONE, BatchState.FAILED, BatchState.UNDONE],
}
UNCONFIRMED: Final = (BatchState.READING, BatchState.CHECKING, BatchState.CHECKED)
QUEUED: Final = (  # a worker has to act
    BatchState.READING,
    BatchState.CHECKING,
    BatchState.WAITING,
    BatchState.RUNNING,
    BatchState.UNDOING,
)
CHANGING_TARGET: Final = (BatchState.RUNNING, BatchState.UNDOING)  # one at a time in each target
ENDED: Final = (BatchState.DONE, BatchState.FAILED, BatchState.UNDONE)
UNDOABLE: Final = (BatchState.DONE, BatchState.FAILED)


class TargetType(models.TextChoices):
    """What a table is imported into."""

    PLATFORM = "platform", _("the platform")
    EDITION = "edition", _("an edition")
    COHORT = "cohort", _("a cohort")


class StopReason(models.TextChoices):
    """Why an import stopped, or an undo was not carried out, as people read it."""

    NOT_ALLOWED = (
        "not_allowed",
        _("You can no longer import into this cohort, edition or list. What was imported before stays."),
    )
    BROKE = (
        "broke",
        _(
            "The server could not go on. What was imported before stays, and can be undone. Import the file again to"
            " continue: rows that are there do not change."
        ),
    )
    NOT_READ = "not_read", _("This file was not read. Nothing was imported.")
    CHECK_BROKE = (
        "check_broke",
        _("The server could not check this table. Nothing was imported. Import the file again."),
    )
    UNDO_BROKE = "undo_broke", _("The server could not undo this import. Nothing was undone. Try again.")
    CHANGED_SINCE = (
        "changed_since",
        _("The import could not be undone: something changed since you asked. Try again to see what depends on it."),
    )
