"""What is kept of figures: rates counted ahead, and the changes that end them."""

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
