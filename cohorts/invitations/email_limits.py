"""Limits on first e-mails within 24 hours, per sender and per address, counted in the ledger of reminders.

A first e-mail is an invitation, sent for the first time or again: it goes to an address that nobody has verified.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.invitations.models import InvitationQuerySet
from cohorts.models import Invitation
from notifications.models import Reminder
from web.errors import DomainError
from web.text import formats
from web.text.language import active_language

WINDOW: Final = timedelta(hours=24)
KIND: Final = "invitation"


def check_first_email(row: Invitation, *, email_type: str, at: datetime) -> None:
    """Raise DomainError when one more invitation e-mail would exceed the 24-hour limit of its sender or of its address.

    `row` is the invitation, `email_type` the slug of the e-mail, `at` the moment. Sender and invited person stay locked
    until the transaction ends, so that concurrent requests count each other's e-mails. Without a sender, only the limit
    of the address applies.
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
        next_at = _next_allowed_at(sent, email_type, at, limit_of(sender))
        if next_at:
            raise DomainError(_sender_limit_text(limit_of(sender), next_at, row), field="email")
    received = Invitation.objects.filter(person=row.person_id)
    next_at = _next_allowed_at(received, email_type, at, settings.FIRST_EMAILS_PER_ADDRESS)
    if next_at:
        raise DomainError(_address_limit_text(settings.FIRST_EMAILS_PER_ADDRESS, next_at, row), field="email")


def limit_of(sender: User) -> int:
    """Return how many invitation e-mails the sender may send within 24 hours; lab staff have a higher limit than
    others.
    """
    limit: int = settings.FIRST_EMAILS_BY_LAB if sender.is_lab_staff else settings.FIRST_EMAILS_PER_PERSON
    return limit


def _next_allowed_at(invitations: InvitationQuerySet, email_type: str, at: datetime, limit: int) -> datetime | None:
    """Return when the next e-mail of this type about any of these invitations may be sent; None when it may be sent at
    once.

    `limit` is the number of e-mails allowed within the 24 hours before `at`.
    """
    sent = Reminder.objects.filter(kind=KIND, email_type=email_type, object_id__in=invitations.values("pk"))
    ledger = sent.filter(due_at__gt=at - WINDOW)
    latest = list(ledger.order_by("-due_at").values_list("due_at", flat=True)[:limit])
    return latest[-1] + WINDOW if len(latest) == limit else None


def _sender_limit_text(limit: int, next_at: datetime, row: Invitation) -> str:
    """Return the sentence that the sender has reached the `limit`, with the day and time from which the next can be
    sent.

    `row` is the invitation, which gives the time zone.
    """
    return ngettext(
        "%(count)s invitation was sent in your name within 24 hours, which is the limit. The next"
        " one can be sent on %(day)s at %(time)s.",
        "%(count)s invitations were sent in your name within 24 hours, which is the limit. The"
        " next one can be sent on %(day)s at %(time)s.",
        limit,
    ) % _text_values(limit, next_at, row)


def _address_limit_text(limit: int, next_at: datetime, row: Invitation) -> str:
    """Return the sentence that the address has received `limit` invitations, with the day and time from which the next
    can be sent.

    `row` is the invitation, which gives the time zone.
    """
    return ngettext(
        "This address received %(count)s invitation within 24 hours, which is the limit. The next"
        " one can be sent on %(day)s at %(time)s.",
        "This address received %(count)s invitations within 24 hours, which is the limit. The"
        " next one can be sent on %(day)s at %(time)s.",
        limit,
    ) % _text_values(limit, next_at, row)


def _text_values(limit: int, next_at: datetime, row: Invitation) -> dict[str, object]:
    """Return the values of a sentence about a limit: `count`, and `day` and `time` in words, in the current language.

    Day and time are those of the time zone of the invitation `row`.
    """
    local, language = next_at.astimezone(ZoneInfo(row.time_zone)), active_language()
    return {
        "count": limit,
        "day": formats.long_day(local.date(), language),
        "time": formats.clock(local.time(), language),
    }
