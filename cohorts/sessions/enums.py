"""Kinds and states of sessions, with the transitions between states and the reminder schedule of each kind."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programmes.enums import ReminderScheduleKind


class SessionKind(models.TextChoices):
    """The kinds of sessions; each has a reminder schedule or none (see REMINDER_SCHEDULES)."""

    KICK_OFF = "kick_off", _("kick-off")
    GROUP = "group", _("group session")
    STAKEHOLDER_MEETING = "stakeholder_meeting", _("stakeholder meeting")
    IMMERSION = "immersion", _("immersion")
    DEBRIEF = "debrief", _("debrief")
    STEERING = "steering", _("steering committee")
    OTHER = "other", _("other")


# The reminder schedule of each kind of session. The other kinds have none: an immersion is the design team's own weeks
# on site, a debrief follows it on the spot and is arranged orally, and “other” can be anything.
REMINDER_SCHEDULES: Final[Mapping[str, ReminderScheduleKind]] = MappingProxyType(
    {
        SessionKind.KICK_OFF: ReminderScheduleKind.GROUP_SESSION,
        SessionKind.GROUP: ReminderScheduleKind.GROUP_SESSION,
        SessionKind.STAKEHOLDER_MEETING: ReminderScheduleKind.STAKEHOLDER_SESSION,
        SessionKind.STEERING: ReminderScheduleKind.STAKEHOLDER_SESSION,
    }
)
EMAIL_EVENT_KINDS: Final = (ReminderScheduleKind.GROUP_SESSION, ReminderScheduleKind.STAKEHOLDER_SESSION)


class SessionState(models.TextChoices):
    """The states of a session, from draft to reported or cancelled."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    POSTPONED = "postponed", _("postponed")
    HELD = "held", _("held")
    REPORTED = "reported", _("report written")
    CANCELLED = "cancelled", _("cancelled")

    @property
    def tone(self) -> str:
        """The name of the colour, such as “open” or “stopped”, in which pages show this state of a session."""
        return SESSION_TONES[self]


SESSION_TONES = {
    SessionState.DRAFT: "waiting",
    SessionState.SCHEDULED: "open",
    SessionState.POSTPONED: "paused",
    SessionState.HELD: "neutral",
    SessionState.REPORTED: "done",
    SessionState.CANCELLED: "stopped",
}
# States in which attendance can be recorded; the days of other sessions are not confirmed, or were cancelled.
RECORDABLE_STATES: Final = (SessionState.SCHEDULED, SessionState.HELD, SessionState.REPORTED)
SESSION_TRANSITIONS = {
    SessionState.DRAFT: [SessionState.SCHEDULED, SessionState.CANCELLED],
    SessionState.SCHEDULED: [SessionState.HELD, SessionState.POSTPONED, SessionState.CANCELLED],
    SessionState.POSTPONED: [SessionState.SCHEDULED, SessionState.CANCELLED],
    SessionState.HELD: [SessionState.REPORTED],
}


class SessionLead(models.TextChoices):
    """Who prepared or led a session: the design team, civil servants of the cohort, or both together."""

    DESIGN_TEAM = "design_team", _("design team")
    BOTH = "both", pgettext_lazy("who led a session", "both together")
    CIVIL_SERVANTS = "civil_servants", _("civil servants")
