"""The states of reminders, e-mails and their items, with their transitions, and the reasons not to send an e-mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise


class ReminderState(models.TextChoices):
    """The states of a reminder; "expanded" means that its e-mails were created, whether sent or not."""

    PLANNED = "planned", _("planned")
    EXPANDED = "expanded", _("e-mails created")
    SKIPPED = "skipped", _("skipped")
    CANCELLED = "cancelled", pgettext_lazy("e-mail", "cancelled")
    EXPIRED = "expired", _("too late")


REMINDER_INITIAL = (ReminderState.PLANNED, ReminderState.SKIPPED, ReminderState.EXPIRED)
REMINDER_TRANSITIONS = {
    ReminderState.PLANNED: [ReminderState.EXPANDED, ReminderState.CANCELLED, ReminderState.EXPIRED],
}


class DeliveryState(models.TextChoices):
    """The states of an e-mail; "dead" means that it failed for good, "held" (PAUSED) that lab staff paused it."""

    QUEUED = "queued", _("waiting")
    HANDING_OVER = "handing_over", _("sending")
    SENT = "sent", pgettext_lazy("e-mail", "sent")
    DEAD = "dead", _("failed")
    EXPIRED = "expired", _("too late")
    CANCELLED = "cancelled", pgettext_lazy("e-mail", "cancelled")
    SKIPPED = "skipped", _("skipped")
    PAUSED = "held", pgettext_lazy("e-mail", "paused")

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme in which pages show this state, such as “waiting” or “risk”."""
        return DELIVERY_TONES[self]


DELIVERY_TONES = {
    DeliveryState.QUEUED: "waiting",
    DeliveryState.HANDING_OVER: "open",
    DeliveryState.SENT: "done",
    DeliveryState.DEAD: "risk",
    DeliveryState.EXPIRED: "stopped",
    DeliveryState.CANCELLED: "stopped",
    DeliveryState.SKIPPED: "neutral",
    DeliveryState.PAUSED: "attention",
}
# An e-mail in hand-over is queued again when its outcome is unknown, or ends when it has expired by then.
DELIVERY_TRANSITIONS = {
    DeliveryState.QUEUED: [
        DeliveryState.HANDING_OVER,
        DeliveryState.PAUSED,
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
    DeliveryState.PAUSED: [DeliveryState.QUEUED, DeliveryState.CANCELLED],
    DeliveryState.DEAD: [DeliveryState.QUEUED],
}
CLAIMABLE_STATES = (DeliveryState.QUEUED, DeliveryState.HANDING_OVER)
WAITING_STATES = (DeliveryState.QUEUED, DeliveryState.PAUSED)
STATES_WITH_REASON = (
    DeliveryState.DEAD,
    DeliveryState.EXPIRED,
    DeliveryState.CANCELLED,
    DeliveryState.SKIPPED,
    DeliveryState.PAUSED,
)


class ItemState(models.TextChoices):
    """The states of one person's part of a reminder within an e-mail."""

    QUEUED = "queued", _("waiting")
    SENT = "sent", pgettext_lazy("e-mail", "sent")
    DEAD = "dead", _("failed")
    EXPIRED = "expired", _("too late")
    CANCELLED = "cancelled", pgettext_lazy("e-mail", "cancelled")
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

# The final state of an item for each reason; any other reason, those of the event kinds included, skips it.
FINAL_ITEM_STATES: dict[str, ItemState] = {
    "expired": ItemState.EXPIRED,
    "moved": ItemState.CANCELLED,
    "cancelled": ItemState.CANCELLED,
    "attempts": ItemState.DEAD,
    "refused": ItemState.DEAD,
    "unwritten": ItemState.DEAD,
}

REASONS: dict[str, StrOrPromise] = {
    "late": _("a later reminder is sent instead"),
    "superseded": _("the next reminder is sent earlier"),
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
