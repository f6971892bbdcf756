"""States of an access request, with the transitions between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessState(models.TextChoices):
    """The states of an access request: waiting for an answer, granted or refused."""

    PENDING = "pending", _("waiting for an answer")
    GRANTED = "granted", _("access given")
    REFUSED = "refused", _("access refused")

    @property
    def tone(self) -> str:
        """The name of the colour (“attention”, “done” or “stopped”) in which pages show this state of an access
        request.
        """
        return ACCESS_TONES[self]


ACCESS_TONES = {
    AccessState.PENDING: "attention",
    AccessState.GRANTED: "done",
    AccessState.REFUSED: "stopped",
}
ACCESS_TRANSITIONS = {AccessState.PENDING: [AccessState.GRANTED, AccessState.REFUSED]}
