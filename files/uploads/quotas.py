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

WINDOW: Final = timedelta(hours=24)
A_MINUTE: Final = timedelta(minutes=1)  # a time without seconds is rounded up
KeptFile = tuple[datetime, int]  # when a file was added, and its size in bytes


class OverQuota(DomainError):
    """A person keeps, or added within 24 hours, as much as one person may."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Files and bytes that count against a limit of files and bytes."""

    files: int
    bytes: int
    most_files: int
    most_bytes: int

    def has_room_for(self, size: int) -> bool:
        return self.files < self.most_files and self.bytes + size <= self.most_bytes

    def __str__(self) -> str:
        return _("%(bytes)s of %(most_bytes)s, %(files)d of %(most_files)d files") % {
            "bytes": filesizeformat(self.bytes),
            "most_bytes": filesizeformat(self.most_bytes),
            "files": self.files,
            "most_files": self.most_files,
        }


def lock_quota(user: User) -> FileQuota:
    """Return a person's quota as the setting has it, locked until the end of the transaction."""
    FileQuota.objects.get_or_create(person=user, defaults=settings.FILES_PER_PERSON)
    quota = FileQuota.objects.select_for_update().get(person=user)
    if any(getattr(quota, name) != limit for name, limit in settings.FILES_PER_PERSON.items()):
        FileQuota.objects.filter(person=user).update(**settings.FILES_PER_PERSON)
        quota.refresh_from_db()
    return quota


def check_quota(user: User, *, size: int, at: datetime) -> None:
    """Raise OverQuota where a person has no room for a file of this size: how much is used, and when there is room."""
    limits = settings.FILES_PER_PERSON
    kept = sorted(_kept_files(user))
    total = _usage(kept, limits["total_files"], limits["total_bytes"])
    if not total.has_room_for(size):
        raise OverQuota(
            _(
                "You are using %(usage)s, which leaves no room for this file. Withdraw files that"
                " are no longer needed, then add this one."
            )
            % {"usage": total}
        )
    recent = [one for one in kept if one[0] > at - WINDOW]
    day = _usage(recent, limits["day_files"], limits["day_bytes"])
    if not day.has_room_for(size):
        raise OverQuota(
            _("In the last 24 hours you added %(usage)s. You can add this file from %(moment)s.")
            % {"usage": day, "moment": _moment_text(_room_from(recent, day, size))}
        )


def _kept_files(user: User) -> Iterable[KeptFile]:
    attached = Attachment.objects.filter(uploaded_by=user).exclude(stored="")
    for rows in (attached, FileDraft.objects.visible_to(user)):
        yield from rows.order_by().values_list("uploaded_at", "size")


def _usage(kept: list[KeptFile], most_files: int, most_bytes: int) -> Usage:
    return Usage(len(kept), sum(size for _uploaded_at, size in kept), most_files, most_bytes)


def _room_from(recent: list[KeptFile], day: Usage, size: int) -> datetime:
    """Return when enough of the files of the last 24 hours are older than that."""
    files, used = day.files, day.bytes
    for moment, freed in recent:
        files, used = files - 1, used - freed
        if Usage(files, used, day.most_files, day.most_bytes).has_room_for(size):
            return moment + WINDOW
    return recent[-1][0] + WINDOW


def _moment_text(moment: datetime) -> str:
    local, locale = timezone.localtime(moment + A_MINUTE), get_language() or settings.LANGUAGE_CODE
    day, time = formats.short_day(local.date(), locale), formats.clock(local.time(), locale)
    return _("%(day)s, %(time)s") % {"day": day, "time": time}
