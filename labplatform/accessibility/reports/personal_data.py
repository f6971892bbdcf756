"""Personal data of reports about accessibility: copied, erased, and deleted after a year."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from labplatform.accessibility.reports.models import RETENTION_PERIOD
from labplatform.models import AccessibilityReport


def erase_reports(*, user: User) -> None:
    """Delete the reports that ask for an answer at the address of a person who is erased."""
    AccessibilityReport.objects.of_person(user).delete()


def _purge(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the reports made over a year before the moment `at`; return how many. With `dry_run`, only count them."""
    rows = AccessibilityReport.objects.expired(at)
    return rows.count() if dry_run else rows.delete()[0]


REPORTS: Final = PersonalData(
    _("Problems with accessibility that you reported with your address"),
    row_reader(
        AccessibilityReport.objects.of_person, "page", "description", "reply_to", "reported_at", "answered_at", "answer"
    ),
)
RETENTION: Final = Retention(
    what=_("Reports about accessibility: text and e-mail address"),
    why=_("So that the lab can answer, and correct what people cannot use."),
    days=RETENTION_PERIOD.days,
    purge=_purge,
)
