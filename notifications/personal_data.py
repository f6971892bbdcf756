"""The personal data in emails, preferences and calendar feeds, for how long it is kept, and its deletion.

Addresses and subjects are deleted; the fact that an email was sent stays.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from notifications.emails.models import PERSONAL_FIELDS
from notifications.enums import DeliveryState, ItemState
from notifications.models import CalendarFeed, Delivery, DeliveryItem, Preference

EMAIL_RETENTION: Final = timedelta(days=365)
UNUSED_FEED_RETENTION: Final = timedelta(days=365)
UNFINISHED_STATES: Final = (DeliveryState.QUEUED, DeliveryState.HANDING_OVER, DeliveryState.HELD)
CLEARED_VALUES: Final = dict.fromkeys(PERSONAL_FIELDS, "")

EMAILS = PersonalData(
    _("E-mails"),
    row_reader(
        lambda user: Delivery.objects.filter(user=user),
        *("day", "address", "language", "subject", "state", "reason", "due_at", "sent_at"),
    ),
    covers=("notifications.Delivery.user", "notifications.DeliveryItem.user"),
)
REFUSED = PersonalData(
    _("E-mails you do not want to receive"),
    row_reader(lambda user: Preference.objects.filter(user=user), "kind"),
    covers=("notifications.Preference.user",),
)
CALENDARS = PersonalData(
    _("Calendar addresses"),
    row_reader(lambda user: CalendarFeed.objects.filter(user=user), "about", "made_at", "last_read_at"),
    covers=("notifications.CalendarFeed.user",),
)


def forget_emails(*, user: User, at: datetime) -> None:
    """Erase the person from emails: cancel waiting ones; delete address, subject and error of all of theirs.

    Subjects and errors of emails to others that name them are deleted too, and their preferences and calendar feeds.
    The moment `at` is not used.
    """
    own = Delivery.objects.filter(user=user)
    DeliveryItem.objects.filter(delivery__in=own, state=ItemState.QUEUED).update(
        state=ItemState.CANCELLED, reason="inactive"
    )
    own.filter(state__in=UNFINISHED_STATES).update(
        state=DeliveryState.CANCELLED, reason="inactive", lease_token=None, lease_until=None
    )
    own.update(**CLEARED_VALUES)
    emails_naming(user).update(subject="", last_error="")
    Preference.objects.filter(user=user).delete()
    CalendarFeed.objects.filter(user=user).delete()


def emails_naming(user: User) -> QuerySet[Delivery]:
    """Return emails, to anyone, whose subject or error contains the person's name or address."""
    mentions = Q(subject__icontains=user.email) | Q(last_error__icontains=user.email)
    if user.full_name:
        mentions |= Q(subject__icontains=user.full_name) | Q(last_error__icontains=user.full_name)
    return Delivery.objects.filter(mentions)


def purge_emails(*, at: datetime, dry_run: bool = False) -> int:
    """Delete address, subject and error of finished emails that were due over a year before `at`; return how many.

    The ledger still shows that they were sent. With `dry_run` only count them.
    """
    has_personal_data = ~Q(address="") | ~Q(subject="") | ~Q(last_error="")
    rows = Delivery.objects.filter(has_personal_data, due_at__lt=at - EMAIL_RETENTION).exclude(
        state__in=UNFINISHED_STATES
    )
    return rows.count() if dry_run else rows.update(**CLEARED_VALUES)


def purge_calendars(*, at: datetime, dry_run: bool = False) -> int:
    """Delete calendar feeds that no program has read in the year before the moment `at`; return how many.

    With `dry_run` only count them.
    """
    since = at - UNUSED_FEED_RETENTION
    rows = CalendarFeed.objects.filter(Q(last_read_at__lt=since) | Q(last_read_at=None, made_at__lt=since))
    return rows.count() if dry_run else rows.delete()[0]


PRIVACY = PrivacyHooks(
    personal_data={"letters": EMAILS, "refused": REFUSED, "calendars": CALENDARS},
    retentions={
        "letters": Retention(
            _("Addresses and subjects of e-mails"),
            _(
                "Addresses and subjects show whether an e-mail arrived. The fact that the e-mail was sent, and"
                " when, is kept with the programme."
            ),
            days=EMAIL_RETENTION.days,
            purge=purge_emails,
        ),
        "calendars": Retention(
            _("Unused calendar addresses"),
            _("A secret address that nobody uses any more is a security risk."),
            days=UNUSED_FEED_RETENTION.days,
            purge=purge_calendars,
        ),
    },
    erase=forget_emails,
)
