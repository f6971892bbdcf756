"""What postponed reminders keep about people. Deleted when a person is erased."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from labplatform.models import NoticeSnooze


def erase(*, user: User, at: datetime) -> None:
    """Delete what the person postponed; `at` is not used."""
    NoticeSnooze.objects.filter(person=user).delete()


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "postponed_reminders": PersonalData(
            _("Reminders of your home page that you postponed"),
            row_reader(lambda user: NoticeSnooze.objects.filter(person=user), "notice", "until"),
            covers=("labplatform.NoticeSnooze.person",),
        )
    },
    erase=erase,
)
