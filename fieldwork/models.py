"""Field notes and insights."""

from fieldwork.insights.models import Insight
from fieldwork.notes.models import EarlyWithdrawal, Note

__all__ = ["EarlyWithdrawal", "Insight", "Note"]
