"""Letters about sessions: to whom they go, when they are out of place, what they say."""

from cohorts.letters.kind import GROUP_SESSION, STAKEHOLDER_SESSION
from cohorts.letters.ladder import GROUP_RULES, STAKEHOLDER_RULES

__all__ = ["GROUP_RULES", "GROUP_SESSION", "STAKEHOLDER_RULES", "STAKEHOLDER_SESSION"]
