"""Models of the composition root."""

from labplatform.home.models import NoticeSnooze

__all__ = ["NoticeSnooze"]
