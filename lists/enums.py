"""What becomes of each row of a bulk action."""

from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy


class BulkRowState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("a row of a bulk action", "waiting")
    DONE = "done", pgettext_lazy("a row of a bulk action", "done")
    REFUSED = "refused", pgettext_lazy("a row of a bulk action", "not done")
    UNDOING = "undoing", pgettext_lazy("a row of a bulk action", "being undone")
    UNDONE = "undone", pgettext_lazy("a row of a bulk action", "undone")
    UNCHANGED = "unchanged", pgettext_lazy("a row of a bulk action", "not undone")

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme of the state's badge, such as “waiting”, “done” or “risk”."""
        return ROW_TONES[self]


ROW_TONES: Final = {
    BulkRowState.WAITING: "waiting",
    BulkRowState.DONE: "done",
    BulkRowState.REFUSED: "stopped",
    BulkRowState.UNDOING: "waiting",
    BulkRowState.UNDONE: "neutral",
    BulkRowState.UNCHANGED: "stopped",
}
ROW_TRANSITIONS: Final = {
    BulkRowState.WAITING: [BulkRowState.DONE, BulkRowState.REFUSED],
    BulkRowState.DONE: [BulkRowState.UNDOING],
    BulkRowState.UNDOING: [BulkRowState.UNDONE, BulkRowState.UNCHANGED],
}
UNDER_WAY: Final = (BulkRowState.WAITING, BulkRowState.UNDOING)
OUTCOMES: Final = {  # of work on a row in this state: when it succeeds, and when the row refuses
    BulkRowState.WAITING: (BulkRowState.DONE, BulkRowState.REFUSED),
    BulkRowState.UNDOING: (BulkRowState.UNDONE, BulkRowState.UNCHANGED),
}
