"""States and kinds of a cohort's life, each state machine declared once for trigger, verbs and buttons."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programmes.enums import LadderKind


class CohortState(models.TextChoices):
    PROSPECT = "prospect", _("prospect")
    AGREED = "agreed", _("agreed")
    RUNNING = "running", _("running")
    SUSPENDED = "suspended", _("suspended")
    COMPLETED = "completed", _("completed")
    ALUMNI = "alumni", _("alumni")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def tone(self) -> str:
        return COHORT_TONES[self]


COHORT_TONES = {
    CohortState.PROSPECT: "waiting",
    CohortState.AGREED: "waiting",
    CohortState.RUNNING: "open",
    CohortState.SUSPENDED: "paused",
    CohortState.COMPLETED: "done",
    CohortState.ALUMNI: "done",
    CohortState.WITHDRAWN: "stopped",
}
# A local lead is needed from the agreement to the end: a suspended cohort has members, and somebody takes it up again.
NEEDS_PILOT: Final = (CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED)
# Ideas are handed over, implemented and followed up for years after a cohort's end, by the admin of its authority.
NEEDS_ADMIN: Final = (*NEEDS_PILOT, CohortState.COMPLETED, CohortState.ALUMNI)
COHORT_TRANSITIONS = {
    CohortState.PROSPECT: [CohortState.AGREED, CohortState.WITHDRAWN],
    CohortState.AGREED: [CohortState.RUNNING, CohortState.WITHDRAWN],
    CohortState.RUNNING: [CohortState.SUSPENDED, CohortState.COMPLETED, CohortState.WITHDRAWN],
    CohortState.SUSPENDED: [CohortState.RUNNING, CohortState.WITHDRAWN],
    CohortState.COMPLETED: [CohortState.ALUMNI],
}


class Role(models.TextChoices):
    AMBASSADOR = "ambassador", _("ambassador")
    RELAY = "relay", _("relay")
    PILOT = "pilot", _("pilot")
    RESIDENT = "resident", _("resident")
    COORDINATOR = "coordinator", _("coordinator")
    ELECTED = "elected", _("elected official")
    DIRECTION = "direction", _("direction")


ADMIN: Final = "admin"


class InvitedRole(models.TextChoices):
    """What one can be invited as: every role of a cohort, and to answer for an authority."""

    AMBASSADOR = "ambassador", _("ambassador")
    RELAY = "relay", _("relay")
    PILOT = "pilot", _("pilot")
    RESIDENT = "resident", _("resident")
    COORDINATOR = "coordinator", _("coordinator")
    ELECTED = "elected", _("elected official")
    DIRECTION = "direction", _("direction")
    ADMIN = "admin", _("admin of the authority")


class InvitationState(models.TextChoices):
    """Derived from what happened to it and from the clock; nothing of it is kept."""

    PENDING = "pending", pgettext_lazy("invitation", "pending")
    EXPIRED = "expired", pgettext_lazy("invitation", "expired")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
    REVOKED = "revoked", pgettext_lazy("invitation", "taken back")

    @property
    def tone(self) -> str:
        return INVITATION_TONES[self]


INVITATION_TONES = {
    InvitationState.PENDING: "waiting",
    InvitationState.EXPIRED: "paused",
    InvitationState.ACCEPTED: "done",
    InvitationState.REVOKED: "stopped",
}

# Expected at every session, the first role a person has counting; the others come when invited.
CORE_ROLES = (Role.AMBASSADOR, Role.PILOT, Role.RESIDENT, Role.COORDINATOR)
INVITED_ROLES = (Role.RELAY, Role.ELECTED, Role.DIRECTION)


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
    REPORTED = "reported", _("reported")
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


class AttendanceStatus(models.TextChoices):
    EXPECTED = "expected", _("expected")
    PRESENT = "present", _("present")
    PARTIAL = "partial", _("partly present")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")
    UNKNOWN = "unknown", _("unknown")


CAME = (AttendanceStatus.PRESENT, AttendanceStatus.PARTIAL)
OBSERVED = (*CAME, AttendanceStatus.ABSENT)
ON_SITE = (AttendanceStatus.EXPECTED, *CAME)


class StakeholderKind(models.TextChoices):
    PERSON = "person", _("person")
    ORGANISATION = "organisation", _("organisation")


class StakeholderCategory(models.TextChoices):
    USER = "user", _("user of the service")
    AGENT = "agent", _("public agent")
    ELECTED = "elected", _("elected official")
    PARTNER = "partner", _("partner")
    ASSOCIATION = "association", _("association")
    COMPANY = "company", _("company")
    EXPERT = "expert", _("expert")
    OTHER = "other", _("other")


class Level(models.IntegerChoices):
    LOW = 1, _("low")
    MIDDLE = 2, _("middling")
    HIGH = 3, _("high")


class TeamState(models.TextChoices):
    ENVISAGED = "envisaged", _("envisaged")
    PREFIGURED = "prefigured", _("prefigured")
    DECIDED = "decided", _("decided")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")

    @property
    def tone(self) -> str:
        return {"open": "done", "closed": "stopped"}.get(self.value, "waiting")


# The column that keeps the day of each step, in their order.
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


class Moment(models.TextChoices):
    """When members say how they see themselves; “then” is the start, as they see it at the end."""

    BEFORE = "before", pgettext_lazy("moment", "before")
    AFTER = "after", pgettext_lazy("moment", "after")
    THEN = "then", pgettext_lazy("moment", "then")
    LATER = "later", pgettext_lazy("moment", "later")


class Skill(models.TextChoices):
    """What they say it of (docs/decisions/0015): six skills of the work, and curiosity."""

    OBSERVING = "observing", _("Observing people where they use a service")
    FRAMING = "framing", _("Turning a vague problem into a question one can work on")
    IMAGINING = "imagining", _("Finding ideas together with users and colleagues")
    PROTOTYPING = "prototyping", _("Making a rough prototype within a day")
    TESTING = "testing", _("Testing an idea with a measure chosen beforehand")
    CARRYING = "carrying", _("Carrying an idea to officials and departments until it is decided")
    CURIOSITY = "curiosity", _("Being curious about how others live and work")


LEAST, MOST = 1, 5  # the scale they say it on


class AccessState(models.TextChoices):
    PENDING = "pending", _("waiting for an answer")
    GRANTED = "granted", _("let in")
    REFUSED = "refused", _("not let in")

    @property
    def tone(self) -> str:
        return ACCESS_TONES[self]


ACCESS_TONES = {
    AccessState.PENDING: "attention",
    AccessState.GRANTED: "done",
    AccessState.REFUSED: "stopped",
}
ACCESS_TRANSITIONS = {AccessState.PENDING: [AccessState.GRANTED, AccessState.REFUSED]}
