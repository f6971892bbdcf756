"""Models of the composition root."""

from labplatform.accessibility.models import AccessibilityStatement
from labplatform.accessibility.reports.models import AccessibilityReport
from labplatform.home.models import NoticeSnooze

__all__ = ["AccessibilityReport", "AccessibilityStatement", "NoticeSnooze"]
