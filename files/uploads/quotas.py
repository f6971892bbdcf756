"""How much of their quota a person uses, and the message for a file beyond it. Triggers enforce the same limits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from files.models import Attachment, FileDraft, FileQuota
from web.errors import DomainError
from web.text import formats

DAY: Final = timedelta(hours=24)
A_MINUTE: Final = timedelta(minutes=1)  # a time without seconds is rounded up
CountedFile = tuple[datetime, int]  # when a file was added, and its size in bytes


class OverQuota(DomainError):
    """The person stores, or added within 24 hours, as much as one person may."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Files and bytes that count against a limit of files and bytes."""

    files: int
    bytes: int
    max_files: int
    max_bytes: int

    def has_room_for(self, size: int) -> bool:
        """Return whether one more file of `size` bytes stays within the limits on files and on bytes."""
        return self.files < self.max_files and self.bytes + size <= self.max_bytes

    def __str__(self) -> str:
        return _("%(bytes)s of %(most_bytes)s, %(files)d of %(most_files)d files") % {
            "bytes": filesizeformat(self.bytes),
            "most_bytes": filesizeformat(self.max_bytes),
            "files": self.files,
            "most_files": self.max_files,
        }


def lock_quota(user: User) -> FileQuota:
    """Return the user's quota row, locked until the end of the transaction.

    It is created, or updated to the limits of the settings, where needed.
    """
    FileQuota.objects.get_or_create(person=user, defaults=settings.FILES_PER_PERSON)
    quota = FileQuota.objects.select_for_update().get(person=user)
    if any(getattr(quota, name) != limit for name, limit in settings.FILES_PER_PERSON.items()):
        FileQuota.objects.filter(person=user).update(**settings.FILES_PER_PERSON)
        quota.refresh_from_db()
    return quota


def check_quota(user: User, *, size: int, at: datetime) -> None:
    """Raise OverQuota where the user has no room for one more file of `size` bytes at the moment `at`.

    There are limits on files and bytes in all, and on those added within 24 hours. The message says how much is used
    and, for the limit of 24 hours, when there is room again.
    """
    limits = settings.FILES_PER_PERSON
    counted = sorted(_counted_files(user))
    total = _usage(counted, limits["total_files"], limits["total_bytes"])
    if not total.has_room_for(size):
        raise OverQuota(
            _(
                "You are using %(usage)s, which leaves no room for this file. Withdraw files that"
                " are no longer needed, then add this one."
            )
            % {"usage": total}
        )
    recent = [file for file in counted if file[0] > at - DAY]
    day = _usage(recent, limits["day_files"], limits["day_bytes"])
    if not day.has_room_for(size):
        raise OverQuota(
            _("In the last 24 hours you added %(usage)s. You can add this file from %(moment)s.")
            % {"usage": day, "moment": _moment_text(_room_from(recent, day, size))}
        )


def _counted_files(user: User) -> Iterable[CountedFile]:
    """Yield the files that count for the user's quota, as pairs of the time of adding and the size in bytes.

    They are their attachments that are not withdrawn, and their drafts.
    """
    attached = Attachment.objects.filter(uploaded_by=user).exclude(stored="")
    for rows in (attached, FileDraft.objects.visible_to(user)):
        yield from rows.order_by().values_list("uploaded_at", "size")


def _usage(counted: list[CountedFile], max_files: int, max_bytes: int) -> Usage:
    """Return how many files and bytes these pairs of time and size are, next to their limits."""
    return Usage(len(counted), sum(size for _uploaded_at, size in counted), max_files, max_bytes)


def _room_from(recent: list[CountedFile], day: Usage, size: int) -> datetime:
    """Return the moment from which a file of `size` bytes fits the limit of 24 hours, as earlier files leave it.

    `recent` are the files of the last 24 hours, oldest first, as pairs of time and size; `day` is their usage.
    """
    files, used = day.files, day.bytes
    for moment, freed in recent:
        files, used = files - 1, used - freed
        if Usage(files, used, day.max_files, day.max_bytes).has_room_for(size):
            return moment + DAY
    return recent[-1][0] + DAY


def _moment_text(moment: datetime) -> str:
    """Return a moment as day and time in the active language and time zone, rounded up to the minute."""
    local, locale = timezone.localtime(moment + A_MINUTE), get_language() or settings.LANGUAGE_CODE
    day, time = formats.short_day(local.date(), locale), formats.clock(local.time(), locale)
    return _("%(day)s, %(time)s") % {"day": day, "time": time}
