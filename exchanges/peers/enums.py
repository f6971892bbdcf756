"""States of peer visits, with their transitions."""

from django.db import models
from django.utils.translation import pgettext_lazy


class VisitState(models.TextChoices):
    """The states of a peer visit."""

    REQUESTED = "requested", pgettext_lazy("visit", "requested")
    AGREED = "agreed", pgettext_lazy("visit", "agreed")
    DONE = "done", pgettext_lazy("visit", "took place")
    DECLINED = "declined", pgettext_lazy("visit", "declined")
    CANCELLED = "cancelled", pgettext_lazy("visit", "cancelled")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show this state."""
        return {"requested": "waiting", "agreed": "open", "done": "done"}.get(self.value, "stopped")


VISIT_TRANSITIONS = {
    VisitState.REQUESTED: [VisitState.AGREED, VisitState.DECLINED, VisitState.CANCELLED],
    VisitState.AGREED: [VisitState.DONE, VisitState.CANCELLED],
}
