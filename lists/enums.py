"""What becomes of each row of a bulk action."""

from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy


class RowState(models.TextChoices):
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
    RowState.WAITING: "waiting",
    RowState.DONE: "done",
    RowState.REFUSED: "stopped",
    RowState.UNDOING: "waiting",
    RowState.UNDONE: "neutral",
    RowState.UNCHANGED: "stopped",
}
ROW_TRANSITIONS: Final = {
    RowState.WAITING: [RowState.DONE, RowState.REFUSED],
    RowState.DONE: [RowState.UNDOING],
    RowState.UNDOING: [RowState.UNDONE, RowState.UNCHANGED],
}
UNDER_WAY: Final = (RowState.WAITING, RowState.UNDOING)
