"""Letters about exchanges: to whom they go, when they are out of place, what they say."""

from exchanges.letters.kind import EXCHANGE
from exchanges.letters.ladder import RULES

__all__ = ["EXCHANGE", "RULES"]
