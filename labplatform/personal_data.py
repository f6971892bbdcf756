"""Personal data of the composition root: postponed reminders and reports about accessibility."""

from datetime import datetime
from typing import Final

from accounts.hooks import PrivacyHooks
from accounts.models import User
from labplatform.accessibility.reports.personal_data import REPORTS, RETENTION, erase_reports
from labplatform.home.personal_data import POSTPONED_REMINDERS, erase_postponed_reminders


def erase(*, user: User, at: datetime) -> None:
    """Delete what the person postponed and the reports with their address; `at` is not used."""
    erase_postponed_reminders(user=user)
    erase_reports(user=user)


PRIVACY: Final = PrivacyHooks(
    personal_data={"postponed_reminders": POSTPONED_REMINDERS, "accessibility_reports": REPORTS},
    retentions={"accessibility_reports": RETENTION},
    erase=erase,
)
