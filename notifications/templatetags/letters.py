"""Letters in words, for the ledger's templates."""

from django import template

from notifications import sentences
from notifications.models import Delivery, DeliveryItem, Reminder

register = template.Library()


@register.filter
def why_not(row: Delivery | DeliveryItem | Reminder) -> str:
    """The reason a letter, an item or a reminder does not go, in words."""
    kind = row.kind if isinstance(row, Reminder) else row.reminder.kind if isinstance(row, DeliveryItem) else ""
    if isinstance(row, Delivery):
        kind = next((item.reminder.kind for item in row.items.all()), "")
    return sentences.reason_in_words(row.reason, kind) if row.reason else ""


@register.filter
def became_of(item: DeliveryItem) -> str:
    return sentences.became_of(item)


@register.filter
def described(reminder: Reminder) -> str:
    return sentences.described(reminder)


@register.filter
def kind_label(reminder: Reminder) -> str:
    return sentences.kind_label(reminder)


@register.filter
def event_href(reminder: Reminder) -> str:
    return sentences.event_href(reminder)
