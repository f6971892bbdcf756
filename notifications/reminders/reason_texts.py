"""Reasons and reminders in words, the event kind's own included. No question to the database."""

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from notifications.enums import REASONS
from notifications.models import DeliveryItem, Reminder
from notifications.registries import event_kinds


def reason_in_words(slug: str, kind: str = "") -> str:
    """Why a letter did not go; a slug nobody knows is shown as it is."""
    own = event_kinds[kind].reasons if kind in event_kinds else {}
    return str(own.get(slug) or REASONS.get(slug) or slug)


def once_in_words(slug: str, kind: str) -> str:
    """Until when a letter is early, where the reason says that it is; nothing where it says more."""
    return str(event_kinds[kind].once.get(slug, "")) if kind in event_kinds else ""


def labelled(who: StrOrPromise, what: StrOrPromise) -> str:
    """“Registered: confirm or cancel”; French writes a space before the colon."""
    return _("%(who)s: %(what)s") % {"who": who, "what": what}


def described(reminder: Reminder) -> str:
    """To whom and what, in one line."""
    if reminder.kind not in event_kinds:
        return _("A reminder of an event that no longer exists")
    return str(event_kinds[reminder.kind].describe(reminder))


def became_of(item: DeliveryItem) -> str:
    """What became of one person's part of a letter: “left out: the person declined”."""
    state = item.get_state_display()
    return labelled(state, reason_in_words(item.reason, item.reminder.kind)) if item.reason else state


def kind_label(reminder: Reminder) -> str:
    """The kind of event, in the plural."""
    return str(event_kinds[reminder.kind].label) if reminder.kind in event_kinds else reminder.kind


def event_href(reminder: Reminder) -> str:
    """Path of the event's page, or nothing."""
    return event_kinds[reminder.kind].href(reminder) if reminder.kind in event_kinds else ""
