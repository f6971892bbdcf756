"""Letters about sessions, and to those invited to join: to whom they go, when they are out of place, what they say."""

from cohorts.letters.invitations import INVITATION
from cohorts.letters.kind import GROUP_SESSION, STAKEHOLDER_SESSION
from cohorts.letters.ladder import GROUP_RULES, STAKEHOLDER_RULES

__all__ = ["GROUP_RULES", "GROUP_SESSION", "INVITATION", "STAKEHOLDER_RULES", "STAKEHOLDER_SESSION"]
