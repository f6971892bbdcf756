"""Models of the figures app: rollups of the rates, and the changes that make them obsolete."""

from figures.outcomes.models import (
    CountedChallenge,
    CountedIdea,
    CountedIdeaEvent,
    CountedImplementation,
    RatesChange,
    RatesRollup,
)

__all__ = [
    "CountedChallenge",
    "CountedIdea",
    "CountedIdeaEvent",
    "CountedImplementation",
    "RatesChange",
    "RatesRollup",
]
