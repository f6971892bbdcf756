"""States of reminders, letters and their items, each machine declared once, and the reasons a letter did not go."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise


class ReminderState(models.TextChoices):
    PLANNED = "planned", _("planned")
    EXPANDED = "expanded", _("e-mails created")
    SKIPPED = "skipped", _("skipped")
    CANCELLED = "cancelled", pgettext_lazy("letter", "cancelled")
    EXPIRED = "expired", _("too late")


REMINDER_INITIAL = (ReminderState.PLANNED, ReminderState.SKIPPED, ReminderState.EXPIRED)
REMINDER_TRANSITIONS = {
    ReminderState.PLANNED: [ReminderState.EXPANDED, ReminderState.CANCELLED, ReminderState.EXPIRED],
}


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    HANDING_OVER = "handing_over", _("sending")
    SENT = "sent", pgettext_lazy("letter", "sent")
    DEAD = "dead", _("failed")
    EXPIRED = "expired", _("too late")
    CANCELLED = "cancelled", pgettext_lazy("letter", "cancelled")
    SKIPPED = "skipped", _("skipped")
    HELD = "held", pgettext_lazy("letter", "paused")

    @property
    def tone(self) -> str:
        return DELIVERY_TONES[self]


DELIVERY_TONES = {
    DeliveryState.QUEUED: "waiting",
    DeliveryState.HANDING_OVER: "open",
    DeliveryState.SENT: "done",
    DeliveryState.DEAD: "risk",
    DeliveryState.EXPIRED: "stopped",
    DeliveryState.CANCELLED: "stopped",
    DeliveryState.SKIPPED: "neutral",
    DeliveryState.HELD: "attention",
}
# A letter in hand-over goes back to waiting when its outcome is unknown, or ends when it is found useless then.
DELIVERY_TRANSITIONS = {
    DeliveryState.QUEUED: [
        DeliveryState.HANDING_OVER,
        DeliveryState.HELD,
        DeliveryState.DEAD,
        DeliveryState.EXPIRED,
        DeliveryState.CANCELLED,
        DeliveryState.SKIPPED,
    ],
    DeliveryState.HANDING_OVER: [
        DeliveryState.QUEUED,
        DeliveryState.SENT,
        DeliveryState.DEAD,
        DeliveryState.EXPIRED,
        DeliveryState.CANCELLED,
        DeliveryState.SKIPPED,
    ],
    DeliveryState.HELD: [DeliveryState.QUEUED, DeliveryState.CANCELLED],
    DeliveryState.DEAD: [DeliveryState.QUEUED],
}
DUE = (DeliveryState.QUEUED, DeliveryState.HANDING_OVER)
WAITING = (DeliveryState.QUEUED, DeliveryState.HELD)
WITH_REASON = (
    DeliveryState.DEAD,
    DeliveryState.EXPIRED,
    DeliveryState.CANCELLED,
    DeliveryState.SKIPPED,
    DeliveryState.HELD,
)


class ItemState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    SENT = "sent", pgettext_lazy("letter", "sent")
    DEAD = "dead", _("failed")
    EXPIRED = "expired", _("too late")
    CANCELLED = "cancelled", pgettext_lazy("letter", "cancelled")
    SKIPPED = "skipped", _("skipped")


ITEM_TRANSITIONS = {
    ItemState.QUEUED: [
        ItemState.SENT,
        ItemState.DEAD,
        ItemState.EXPIRED,
        ItemState.CANCELLED,
        ItemState.SKIPPED,
    ],
    ItemState.DEAD: [ItemState.QUEUED],
}

# What ends an item for each reason; any other reason, those of the event kinds included, leaves it out.
ENDS: dict[str, ItemState] = {
    "expired": ItemState.EXPIRED,
    "moved": ItemState.CANCELLED,
    "cancelled": ItemState.CANCELLED,
    "attempts": ItemState.DEAD,
    "refused": ItemState.DEAD,
    "unwritten": ItemState.DEAD,
}

REASONS: dict[str, StrOrPromise] = {
    "late": _("a later reminder is sent instead"),
    "overtaken": _("the next reminder is sent earlier"),
    "expired": _("the e-mail was no longer useful"),
    "moved": _("the date changed"),
    "cancelled": _("the event is cancelled"),
    "unsubscribed": _("the person unsubscribed from these e-mails"),
    "inactive": _("the person’s account is closed"),
    "left": _("the person left"),
    "declined": _("the person declined"),
    "answered": _("the person has already answered"),
    "removed": _("the event no longer exists"),
    "had": _("the person received the e-mail before the date changed"),
    "staff": _("lab staff paused the e-mail"),
    "refused": _("the mail server refused the e-mail"),
    "attempts": _("the mail server gave no final answer after several attempts"),
    "unwritten": _("the e-mail could not be written"),
}
