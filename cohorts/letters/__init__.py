"""Letters about sessions, and to those invited to join: to whom they go, when they are out of place, what they say."""

from cohorts.invitations.emails import INVITATION
from cohorts.sessions.emails.event_kinds import GROUP_SESSION, STAKEHOLDER_SESSION
from cohorts.sessions.emails.schedule_rules import GROUP_RULES, STAKEHOLDER_RULES

__all__ = ["GROUP_RULES", "GROUP_SESSION", "INVITATION", "STAKEHOLDER_RULES", "STAKEHOLDER_SESSION"]
