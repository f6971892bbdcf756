"""Kinds and states of sessions, with the transitions between states and the reminder schedule of each kind."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.enums import LadderKind


class SessionKind(models.TextChoices):
    KICK_OFF = "kick_off", _("kick-off")
    GROUP = "group", _("group session")
    STAKEHOLDER_MEETING = "stakeholder_meeting", _("stakeholder meeting")
    IMMERSION = "immersion", _("immersion")
    DEBRIEF = "debrief", _("debrief")
    STEERING = "steering", _("steering committee")
    OTHER = "other", _("other")


# Which ladder of letters the sessions of a kind take. The others have none: an immersion is the design team's own weeks
# on site and a debrief follows it on the spot, arranged by word of mouth; of “other” nobody knows what it is.
LADDERS: Final[Mapping[str, LadderKind]] = MappingProxyType(
    {
        SessionKind.KICK_OFF: LadderKind.GROUP_SESSION,
        SessionKind.GROUP: LadderKind.GROUP_SESSION,
        SessionKind.STAKEHOLDER_MEETING: LadderKind.STAKEHOLDER_SESSION,
        SessionKind.STEERING: LadderKind.STAKEHOLDER_SESSION,
    }
)
LETTER_KINDS: Final = (LadderKind.GROUP_SESSION, LadderKind.STAKEHOLDER_SESSION)


class SessionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    POSTPONED = "postponed", _("postponed")
    HELD = "held", _("held")
    REPORTED = "reported", _("report written")
    CANCELLED = "cancelled", _("cancelled")

    @property
    def tone(self) -> str:
        return SESSION_TONES[self]


SESSION_TONES = {
    SessionState.DRAFT: "waiting",
    SessionState.SCHEDULED: "open",
    SessionState.POSTPONED: "paused",
    SessionState.HELD: "neutral",
    SessionState.REPORTED: "done",
    SessionState.CANCELLED: "stopped",
}
SESSION_TRANSITIONS = {
    SessionState.DRAFT: [SessionState.SCHEDULED, SessionState.CANCELLED],
    SessionState.SCHEDULED: [SessionState.HELD, SessionState.POSTPONED, SessionState.CANCELLED],
    SessionState.POSTPONED: [SessionState.SCHEDULED, SessionState.CANCELLED],
    SessionState.HELD: [SessionState.REPORTED],
}
