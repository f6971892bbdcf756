"""Statuses of attendance, and which of them count as expected, observed or present."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AttendanceStatus(models.TextChoices):
    """What is known of a person's attendance on a session day: expected, came, excused, absent or unknown."""

    EXPECTED = "expected", _("expected")
    PRESENT = "present", _("present")
    PARTIAL = "partial", _("partly present")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")
    UNKNOWN = "unknown", _("unknown")


ATTENDED_STATUSES = (AttendanceStatus.PRESENT, AttendanceStatus.PARTIAL)
OBSERVED_STATUSES = (*ATTENDED_STATUSES, AttendanceStatus.ABSENT)
EXPECTED_OR_PRESENT = (AttendanceStatus.EXPECTED, *ATTENDED_STATUSES)
