"""Models of the figures app: consents to share figures, and visits of reports."""

from figures.sharing.models import FiguresConsent
from figures.visits.models import ReportVisit

__all__ = ["FiguresConsent", "ReportVisit"]
