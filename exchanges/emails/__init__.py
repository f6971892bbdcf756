"""E-mails about exchanges: recipients, texts, and when an e-mail is no longer needed."""

from exchanges.emails.event_kinds import EXCHANGE
from exchanges.emails.schedule_rules import RULES

__all__ = ["EXCHANGE", "RULES"]
