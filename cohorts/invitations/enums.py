"""Roles people can be invited to, and the states of an invitation."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.lab.enums import LabRole

ADMIN: Final = "admin"


class InvitedRole(models.TextChoices):
    """The roles people can be invited to: those of a cohort, admin of an authority, and those of the lab."""

    AMBASSADOR = "ambassador", _("ambassador")
    RELAY = "relay", _("relay")
    PILOT = "pilot", _("pilot")
    RESIDENT = "resident", _("resident")
    COORDINATOR = "coordinator", _("coordinator")
    ELECTED = "elected", _("elected official")
    DIRECTION = "direction", _("direction")
    ADMIN = "admin", _("admin of the authority")
    LAB_ADMINISTRATOR = "lab_admin", _("administrator of the lab")
    LAB_MEMBER = "lab_member", _("member of the lab")
    LAB_READER = "lab_reader", _("reader of the lab")


LAB_ROLES: Final = {
    InvitedRole.LAB_ADMINISTRATOR: LabRole.ADMINISTRATOR,
    InvitedRole.LAB_MEMBER: LabRole.MEMBER,
    InvitedRole.LAB_READER: LabRole.READER,
}


class InvitationState(models.TextChoices):
    """The states of an invitation, derived from its columns and the clock; no column stores them."""

    PENDING = "pending", pgettext_lazy("invitation", "pending")
    EXPIRED = "expired", pgettext_lazy("invitation", "expired")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
    REVOKED = "revoked", pgettext_lazy("invitation", "withdrawn")

    @property
    def tone(self) -> str:
        """The name of the colour, such as “waiting” or “stopped”, in which pages show this state of an invitation."""
        return INVITATION_TONES[self]


INVITATION_TONES = {
    InvitationState.PENDING: "waiting",
    InvitationState.EXPIRED: "paused",
    InvitationState.ACCEPTED: "done",
    InvitationState.REVOKED: "stopped",
}
