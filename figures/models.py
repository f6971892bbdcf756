"""Models of the figures app: consents, visits of reports, rollups of the rates, and the changes that outdate them."""

from figures.outcomes.models import (
    CountedChallenge,
    CountedIdea,
    CountedIdeaEvent,
    CountedImplementation,
    RatesChange,
    RatesRollup,
)
from figures.sharing.models import FiguresConsent
from figures.visits.models import ReportVisit

__all__ = [
    "CountedChallenge",
    "CountedIdea",
    "CountedIdeaEvent",
    "CountedImplementation",
    "FiguresConsent",
    "RatesChange",
    "RatesRollup",
    "ReportVisit",
]
