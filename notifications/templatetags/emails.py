"""Template filters that describe e-mails and reminders."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.reminders import reason_texts
from web.templatetags.web import clock, day, state_tag

register = template.Library()


@register.filter
def reason_text(row: Delivery | DeliveryItem | Reminder) -> str:
    """Return in words why an e-mail, one person's part of it, or a reminder is not sent; "" when it has no reason."""
    kind = row.kind if isinstance(row, Reminder) else row.reminder.kind if isinstance(row, DeliveryItem) else ""
    if isinstance(row, Delivery):
        kind = next((item.reminder.kind for item in row.items.all()), "")
    return reason_texts.reason_in_words(row.reason, kind) if row.reason else ""


@register.simple_tag
def email_state(delivery: Delivery, staff: bool = False) -> SafeString:
    """Return the state of an e-mail, with when it was sent or why it was not; with `staff`, also the last error."""
    tag = state_tag(delivery.get_state_display(), delivery.tone)
    if delivery.sent_at:
        return format_html(
            '{} <span class="small nowrap">{} {}</span>', tag, day(delivery.sent_at), clock(delivery.sent_at)
        )
    text = reason_text(delivery)
    if not text and delivery.attempts:
        attempts = ngettext("%(attempts)s attempt so far", "%(attempts)s attempts so far", delivery.attempts)
        text = attempts % {"attempts": delivery.attempts}
    error = f" · {delivery.last_error}" if staff and text and delivery.last_error else ""
    return format_html('{} <span class="small">{}{}</span>', tag, text, error)


@register.filter
def item_outcome_text(item: DeliveryItem) -> str:
    """Return what happened to one person's part of an e-mail: its state and the reason, such as “skipped: the person
    declined”.
    """
    return reason_texts.item_outcome_text(item)


@register.filter
def describe_reminder(reminder: Reminder) -> str:
    """Return audience and topic of a reminder in one line, such as “Registered: confirm or cancel”."""
    return reason_texts.describe_reminder(reminder)


@register.filter
def kind_label(reminder: Reminder) -> str:
    """Return the plural name of the kind of event that a reminder is about, such as “Intertransfos”.

    The slug if unknown.
    """
    return reason_texts.kind_label(reminder)


@register.filter
def event_href(reminder: Reminder) -> str:
    """Return the path of the page of a reminder's event; "" when the kind of event is no longer registered."""
    return reason_texts.event_href(reminder)
