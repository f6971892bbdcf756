"""Models of the composition root."""

from labplatform.accessibility.models import AccessibilityStatement
from labplatform.home.models import NoticeSnooze

__all__ = ["AccessibilityStatement", "NoticeSnooze"]
