"""Field notes and insights."""

from fieldwork.insights.models import Insight
from fieldwork.notes.models import Note

__all__ = ["Insight", "Note"]
