"""Statuses of attendance, and which of them count as expected, observed or present."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AttendanceStatus(models.TextChoices):
    EXPECTED = "expected", _("expected")
    PRESENT = "present", _("present")
    PARTIAL = "partial", _("partly present")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")
    UNKNOWN = "unknown", _("unknown")


CAME = (AttendanceStatus.PRESENT, AttendanceStatus.PARTIAL)
OBSERVED = (*CAME, AttendanceStatus.ABSENT)
ON_SITE = (AttendanceStatus.EXPECTED, *CAME)
