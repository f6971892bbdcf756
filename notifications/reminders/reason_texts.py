"""Texts about reminders and their items: reasons, recipients and topic, outcome. Makes no query."""

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from notifications.enums import REASONS
from notifications.models import DeliveryItem, Reminder
from notifications.registries import event_kinds


def reason_in_words(slug: str, kind: str = "") -> str:
    """Return in words why an e-mail is not sent; `slug` is the stored reason, which is returned unchanged when unknown.

    `kind` is the slug of the kind of event, whose own reasons come first.
    """
    kind_reasons = event_kinds[kind].reasons if kind in event_kinds else {}
    return str(kind_reasons.get(slug) or REASONS.get(slug) or slug)


def early_in_words(slug: str, kind: str) -> str:
    """Return the condition that an e-mail waits for, such as “once date and host are confirmed”.

    `slug` is the reason it is not sent, `kind` the slug of the kind of event. "" for a reason that does not mean “too
    early”.
    """
    return str(event_kinds[kind].early_reasons.get(slug, "")) if kind in event_kinds else ""


def join_with_colon(who: StrOrPromise, what: StrOrPromise) -> str:
    """Return two texts joined by a colon, as in “Registered: confirm or cancel”; French has a space before it."""
    return _("%(who)s: %(what)s") % {"who": who, "what": what}


def describe_reminder(reminder: Reminder) -> str:
    """Return audience and topic of a reminder in one line, such as “Registered: confirm or cancel”.

    A text that says so when its kind of event is no longer registered.
    """
    if reminder.kind not in event_kinds:
        return _("A reminder of an event that no longer exists")
    return str(event_kinds[reminder.kind].describe(reminder))


def item_outcome_text(item: DeliveryItem) -> str:
    """Return what happened to one person's part of an e-mail: its state and the reason, such as “skipped: the person
    declined”.
    """
    state = item.get_state_display()
    return join_with_colon(state, reason_in_words(item.reason, item.reminder.kind)) if item.reason else state


def kind_label(reminder: Reminder) -> str:
    """Return the plural name of the kind of event that a reminder is about, such as “Intertransfos”.

    The slug if unknown.
    """
    return str(event_kinds[reminder.kind].label) if reminder.kind in event_kinds else reminder.kind


def event_href(reminder: Reminder) -> str:
    """Return the path of the page of a reminder's event; "" when the kind of event is no longer registered."""
    return event_kinds[reminder.kind].href(reminder) if reminder.kind in event_kinds else ""
