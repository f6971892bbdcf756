"""How many first e-mails a person may have sent, and an address may get: counted in the ledger, held by a lock.

A first e-mail is that of an invitation, sent anew ones included: it goes to an address that nobody has verified.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language, ngettext

from accounts.models import User
from cohorts.invitation_queries import InvitationQuerySet
from cohorts.models import Invitation
from notifications.models import Reminder
from web import formats
from web.errors import DomainError

WINDOW: Final = timedelta(hours=24)
KIND: Final = "invitation"


def check_first_email(row: Invitation, *, letter: str, at: datetime) -> None:
    """Raise DomainError where one more would pass the limit of who invites, or that of the address.

    Both people's rows are locked until the transaction ends: whoever sends at the same moment waits, and then counts.
    What the platform sends by itself has the limit of the address only.
    """
    sender = row.invited_by
    list(
        User.objects.filter(pk__in=[row.person_id, *([sender.pk] if sender else [])])
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )
    if sender is not None:
        sent = Invitation.objects.filter(invited_by=sender)
        again = _free_at(sent, letter, at, limit_of(sender))
        if again:
            raise DomainError(_too_many(limit_of(sender), again, row), field="email")
    received = Invitation.objects.filter(person=row.person_id)
    again = _free_at(received, letter, at, settings.FIRST_EMAILS_PER_ADDRESS)
    if again:
        raise DomainError(_too_many_there(settings.FIRST_EMAILS_PER_ADDRESS, again, row), field="email")


def limit_of(sender: User) -> int:
    """Return how many first e-mails a person may have sent within 24 hours."""
    limit: int = settings.FIRST_EMAILS_BY_LAB if sender.is_lab_staff else settings.FIRST_EMAILS_PER_PERSON
    return limit


def _free_at(invitations: InvitationQuerySet, letter: str, at: datetime, limit: int) -> datetime | None:
    """Return when the next may be sent; None where it may be sent now."""
    sent = Reminder.objects.filter(kind=KIND, letter=letter, object_id__in=invitations.values("pk"))
    ledger = sent.filter(due_at__gt=at - WINDOW)
    latest = list(ledger.order_by("-due_at").values_list("due_at", flat=True)[:limit])
    return latest[-1] + WINDOW if len(latest) == limit else None


def _too_many(limit: int, again: datetime, row: Invitation) -> str:
    return ngettext(
        "%(count)s invitation was sent in your name within 24 hours, which is the limit. The next"
        " one can be sent on %(day)s at %(time)s.",
        "%(count)s invitations were sent in your name within 24 hours, which is the limit. The"
        " next one can be sent on %(day)s at %(time)s.",
        limit,
    ) % _values(limit, again, row)


def _too_many_there(limit: int, again: datetime, row: Invitation) -> str:
    return ngettext(
        "This address received %(count)s invitation within 24 hours, which is the limit. The next"
        " one can be sent on %(day)s at %(time)s.",
        "This address received %(count)s invitations within 24 hours, which is the limit. The"
        " next one can be sent on %(day)s at %(time)s.",
        limit,
    ) % _values(limit, again, row)


def _values(limit: int, again: datetime, row: Invitation) -> dict[str, object]:
    """Day and time are those of the authority's place."""
    local, language = again.astimezone(ZoneInfo(row.home.time_zone)), (get_language() or "fr")[:2]
    return {
        "count": limit,
        "day": formats.long_day(local.date(), language),
        "time": formats.clock(local.time(), language),
    }
