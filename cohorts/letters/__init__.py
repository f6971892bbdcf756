"""Letters about sessions: to whom they go, when they are out of place, what they say."""

from cohorts.letters.kind import GROUP_SESSION, STAKEHOLDER_SESSION

__all__ = ["GROUP_SESSION", "STAKEHOLDER_SESSION"]
