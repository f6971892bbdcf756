"""Letters in words, for the ledger's templates."""

from django import template

from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.reminders import reason_texts

register = template.Library()


@register.filter
def why_not(row: Delivery | DeliveryItem | Reminder) -> str:
    """The reason a letter, an item or a reminder does not go, in words."""
    kind = row.kind if isinstance(row, Reminder) else row.reminder.kind if isinstance(row, DeliveryItem) else ""
    if isinstance(row, Delivery):
        kind = next((item.reminder.kind for item in row.items.all()), "")
    return reason_texts.reason_in_words(row.reason, kind) if row.reason else ""


@register.filter
def became_of(item: DeliveryItem) -> str:
    return reason_texts.became_of(item)


@register.filter
def described(reminder: Reminder) -> str:
    return reason_texts.described(reminder)


@register.filter
def kind_label(reminder: Reminder) -> str:
    return reason_texts.kind_label(reminder)


@register.filter
def event_href(reminder: Reminder) -> str:
    return reason_texts.event_href(reminder)
