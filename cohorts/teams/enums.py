"""States of an innovation team, the transitions between them, and the field that holds each state's day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamState(models.TextChoices):
    """The states of an innovation team, from the idea to its opening and closing."""

    ENVISAGED = "envisaged", _("envisaged")
    PREFIGURED = "prefigured", _("prefigured")
    DECIDED = "decided", _("decided")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")

    @property
    def tone(self) -> str:
        """The name of the colour in which pages show this state of a team: “done” if open, “stopped” if closed, else
        “waiting”.
        """
        return {"open": "done", "closed": "stopped"}.get(self.value, "waiting")


# The field that holds the day of each step, in order.
TEAM_DAYS = {
    TeamState.ENVISAGED: "proposed_on",
    TeamState.PREFIGURED: "prefigured_on",
    TeamState.DECIDED: "decided_on",
    TeamState.OPEN: "opened_on",
    TeamState.CLOSED: "closed_on",
}
TEAM_TRANSITIONS = {
    TeamState.ENVISAGED: [TeamState.PREFIGURED],
    TeamState.PREFIGURED: [TeamState.DECIDED],
    TeamState.DECIDED: [TeamState.OPEN],
    TeamState.OPEN: [TeamState.CLOSED],
}
FOLLOW_UP_MONTHS = (6, 12, 24)  # after the opening
