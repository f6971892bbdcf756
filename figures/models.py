"""Models of the figures app: consents to share figures, rollups of the rates, and the changes that outdate them."""

from figures.outcomes.models import (
    CountedChallenge,
    CountedIdea,
    CountedIdeaEvent,
    CountedImplementation,
    RatesChange,
    RatesRollup,
)
from figures.sharing.models import FiguresConsent

__all__ = [
    "CountedChallenge",
    "CountedIdea",
    "CountedIdeaEvent",
    "CountedImplementation",
    "FiguresConsent",
    "RatesChange",
    "RatesRollup",
]
