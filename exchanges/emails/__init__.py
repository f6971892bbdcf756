"""Letters about exchanges: to whom they go, when they are out of place, what they say."""

from exchanges.emails.event_kind import EXCHANGE
from exchanges.emails.schedule_rules import RULES

__all__ = ["EXCHANGE", "RULES"]
