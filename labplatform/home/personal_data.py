"""What postponed reminders keep about people. Deleted when a person is erased."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from labplatform.models import NoticeSnooze


def erase_postponed_reminders(*, user: User) -> None:
    """Delete what the person postponed."""
    NoticeSnooze.objects.filter(person=user).delete()


POSTPONED_REMINDERS: Final = PersonalData(
    _("Reminders of your home page that you postponed"),
    row_reader(lambda user: NoticeSnooze.objects.filter(person=user), "notice", "until"),
    covers=("labplatform.NoticeSnooze.person",),
)
