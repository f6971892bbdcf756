"""What letters and calendars keep of a person, and how long: addresses and subjects go, that a letter left stays."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy.personal_data import told
from accounts.registries import PersonalData, Retention, erasers, personal_data, retentions
from notifications.emails.models import NAMES_PEOPLE
from notifications.enums import DeliveryState, ItemState
from notifications.models import CalendarFeed, Delivery, DeliveryItem, Preference

LETTERS_KEPT: Final = timedelta(days=365)
FEEDS_KEPT: Final = timedelta(days=365)
UNDER_WAY: Final = (DeliveryState.QUEUED, DeliveryState.HANDING_OVER, DeliveryState.HELD)
EMPTY: Final = dict.fromkeys(NAMES_PEOPLE, "")

LETTERS = PersonalData(
    _("E-mails"),
    told(
        lambda user: Delivery.objects.filter(user=user),
        *("day", "address", "language", "subject", "state", "reason", "due_at", "sent_at"),
    ),
    covers=("notifications.Delivery.user", "notifications.DeliveryItem.user"),
)
REFUSED = PersonalData(
    _("E-mails you do not want to receive"),
    told(lambda user: Preference.objects.filter(user=user), "kind"),
    covers=("notifications.Preference.user",),
)
CALENDARS = PersonalData(
    _("Calendar addresses"),
    told(lambda user: CalendarFeed.objects.filter(user=user), "about", "made_at", "last_read_at"),
    covers=("notifications.CalendarFeed.user",),
)


def forget_letters(*, user: User, at: datetime) -> None:
    """What waits for the person ends, what left says neither where to nor, where it names them, what about."""
    own = Delivery.objects.filter(user=user)
    DeliveryItem.objects.filter(delivery__in=own, state=ItemState.QUEUED).update(
        state=ItemState.CANCELLED, reason="inactive"
    )
    own.filter(state__in=UNDER_WAY).update(
        state=DeliveryState.CANCELLED, reason="inactive", lease_token=None, lease_until=None
    )
    own.update(**EMPTY)
    naming(user).update(subject="", last_error="")
    Preference.objects.filter(user=user).delete()
    CalendarFeed.objects.filter(user=user).delete()


def naming(user: User) -> QuerySet[Delivery]:
    """Letters to others that name the person, or give their address."""
    words = Q(subject__icontains=user.email) | Q(last_error__icontains=user.email)
    if user.full_name:
        words |= Q(subject__icontains=user.full_name) | Q(last_error__icontains=user.full_name)
    return Delivery.objects.filter(words)


def purge_letters(*, at: datetime, dry_run: bool = False) -> int:
    """Of letters that ended long ago neither address nor subject is kept; the ledger still says that they left."""
    known = ~Q(address="") | ~Q(subject="") | ~Q(last_error="")
    rows = Delivery.objects.filter(known, due_at__lt=at - LETTERS_KEPT).exclude(state__in=UNDER_WAY)
    return rows.count() if dry_run else rows.update(**EMPTY)


def purge_calendars(*, at: datetime, dry_run: bool = False) -> int:
    """Addresses nobody has read a calendar at for a year."""
    since = at - FEEDS_KEPT
    rows = CalendarFeed.objects.filter(Q(last_read_at__lt=since) | Q(last_read_at=None, made_at__lt=since))
    return rows.count() if dry_run else rows.delete()[0]


def register() -> None:
    """Bring them to accounts."""
    for order, (slug, part) in enumerate({"letters": LETTERS, "refused": REFUSED, "calendars": CALENDARS}.items(), 70):
        personal_data.register(slug, part, order=order)
    erasers.register("letters", forget_letters, order=10)
    letters = Retention(
        _("Addresses and subjects of e-mails"),
        _(
            "Addresses and subjects show whether an e-mail arrived. The fact that the e-mail was sent, and"
            " when, is kept with the programme."
        ),
        days=LETTERS_KEPT.days,
        purge=purge_letters,
    )
    calendars = Retention(
        _("Unused calendar addresses"),
        _("A secret address that nobody uses any more is a security risk."),
        days=FEEDS_KEPT.days,
        purge=purge_calendars,
    )
    retentions.register("letters", letters, order=40)
    retentions.register("calendars", calendars, order=50)
