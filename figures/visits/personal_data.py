"""What visits of reports keep about people: when they last looked at which report. Deleted when a person is erased."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from figures.visits.models import ReportVisit
from figures.visits.recording import RETAINED_DAYS, purge_visits


def erase_visits(*, user: User, at: datetime) -> None:
    """Delete the person's visits; `at` is not used."""
    ReportVisit.objects.filter(user=user).delete()


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "report_visits": PersonalData(
            _("When you last looked at figures"),
            row_reader(lambda user: ReportVisit.objects.filter(user=user), "report", "visited_at"),
            covers=("figures.ReportVisit.user",),
        )
    },
    retentions={
        "report-visits": Retention(
            _("When people last looked at a report of figures"),
            _("To tell them what has changed since."),
            RETAINED_DAYS,
            purge_visits,
        )
    },
    erase=erase_visits,
)
