"""The personal data in e-mails, preferences and calendar feeds, for how long it is kept, and its deletion.

Addresses and subjects are deleted; the fact that an e-mail was sent stays.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from notifications.emails.models import PERSONAL_FIELDS
from notifications.enums import DeliveryState, ItemState
from notifications.group_emails.models import TEXTS
from notifications.models import CalendarFeed, Delivery, DeliveryItem, EmailFrequency, GroupEmail, Preference
from notifications.preferences.actions import keep_refusals
from notifications.preferences.journal import Unsubscriptions

EMAIL_RETENTION: Final = timedelta(days=365)
DRAFT_RETENTION: Final = timedelta(days=90)
UNUSED_FEED_RETENTION: Final = timedelta(days=365)
UNFINISHED_STATES: Final = (DeliveryState.QUEUED, DeliveryState.HANDING_OVER, DeliveryState.PAUSED)
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
FREQUENCY = PersonalData(
    _("How often you get e-mails that can wait"),
    row_reader(lambda user: EmailFrequency.objects.filter(user=user), "every"),
    covers=("notifications.EmailFrequency.user",),
)
WRITTEN = PersonalData(
    _("E-mails you wrote to groups"),
    row_reader(lambda user: GroupEmail.objects.filter(written_by=user), *TEXTS, "written_at", "sent_at"),
    covers=("notifications.GroupEmail.written_by",),
)
CALENDARS = PersonalData(
    _("Calendar addresses"),
    row_reader(lambda user: CalendarFeed.objects.filter(user=user), "about", "made_at", "last_read_at"),
    covers=("notifications.CalendarFeed.user",),
)


def forget_emails(*, user: User, at: datetime) -> None:
    """Cancel the waiting e-mails to a person who is erased, and delete address, subject and error of all e-mails to
    them.

    Deletes also the subjects and errors of e-mails to others that name them, their drafts of group e-mails, the texts
    of sent ones that name them, their choices of e-mails and their calendar feeds. A hash of the address stays where
    they had stopped e-mails. `at`, the moment of the erasure, is not used.
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
    GroupEmail.objects.drafts_of(user).delete()
    group_emails_naming(user).update(**dict.fromkeys(TEXTS, ""))
    keep_refusals(user=user)
    Preference.objects.filter(user=user).delete()
    EmailFrequency.objects.filter(user=user).delete()
    CalendarFeed.objects.filter(user=user).delete()


def emails_naming(user: User) -> QuerySet[Delivery]:
    """Return e-mails, to anyone, whose subject or stored error contains the person's name or main address."""
    mentions = Q(subject__icontains=user.email) | Q(last_error__icontains=user.email)
    if user.full_name:
        mentions |= Q(subject__icontains=user.full_name) | Q(last_error__icontains=user.full_name)
    return Delivery.objects.filter(mentions)


def group_emails_naming(user: User) -> QuerySet[GroupEmail]:
    """Return sent group e-mails whose texts contain the person's name or main address."""
    words = [word for word in (user.full_name, user.email) if word]
    mentions = [Q(**{f"{name}__icontains": word}) for name in TEXTS for word in words]
    return GroupEmail.objects.sent().filter(reduce(or_, mentions))


def purge_group_emails(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the texts of group e-mails sent over a year before `at`, and drafts written over 90 days before it.

    Returns how many e-mails. The ledger still shows that they were sent. With `dry_run`, only count them.
    """
    sent = GroupEmail.objects.filter(sent_at__lt=at - EMAIL_RETENTION).exclude(subject_fr="", subject_en="")
    drafts = GroupEmail.objects.filter(sent_at=None, written_at__lt=at - DRAFT_RETENTION)
    if dry_run:
        return sent.count() + drafts.count()
    return sent.update(**dict.fromkeys(TEXTS, "")) + drafts.delete()[0]


def purge_emails(*, at: datetime, dry_run: bool = False) -> int:
    """Delete address, subject and error of e-mails that ended and were due over a year before `at`.

    Returns how many e-mails. The ledger still shows that they were sent. With `dry_run`, only count them.
    """
    has_personal_data = ~Q(address="") | ~Q(subject="") | ~Q(last_error="")
    rows = Delivery.objects.filter(has_personal_data, due_at__lt=at - EMAIL_RETENTION).exclude(
        state__in=UNFINISHED_STATES
    )
    return rows.count() if dry_run else rows.update(**CLEARED_VALUES)


def purge_calendars(*, at: datetime, dry_run: bool = False) -> int:
    """Delete calendar feeds that no program has read in the year before the moment `at`; return how many.

    A feed that was never read is deleted a year after it was created. With `dry_run`, only count them.
    """
    since = at - UNUSED_FEED_RETENTION
    rows = CalendarFeed.objects.filter(Q(last_read_at__lt=since) | Q(last_read_at=None, made_at__lt=since))
    return rows.count() if dry_run else rows.delete()[0]


PRIVACY = PrivacyHooks(
    personal_data={
        "emails": EMAILS,
        "refused": REFUSED,
        "frequency": FREQUENCY,
        "written": WRITTEN,
        "calendars": CALENDARS,
    },
    retentions={
        "emails": Retention(
            _("Addresses and subjects of e-mails"),
            _(
                "Addresses and subjects show whether an e-mail arrived. The fact that the e-mail was sent, and"
                " when, is kept with the programme."
            ),
            days=EMAIL_RETENTION.days,
            purge=purge_emails,
        ),
        "group_emails": Retention(
            _("Texts of e-mails to groups"),
            _("The texts answer later questions of their readers. Drafts are deleted after 90 days."),
            days=EMAIL_RETENTION.days,
            purge=purge_group_emails,
        ),
        "calendars": Retention(
            _("Unused calendar addresses"),
            _("A secret address that nobody uses any more is a security risk."),
            days=UNUSED_FEED_RETENTION.days,
            purge=purge_calendars,
        ),
    },
    erase=forget_emails,
    journal=(Unsubscriptions(),),
)
