"""E-mails about exchanges: recipients, texts, and when an e-mail is no longer needed."""

from exchanges.emails.circle import EXCHANGE_CIRCLE
from exchanges.emails.event_kinds import EXCHANGE
from exchanges.emails.schedule_rules import RULES

__all__ = ["EXCHANGE", "EXCHANGE_CIRCLE", "RULES"]
