"""The history pages of e-mails, of reminders, and of the switch that pauses all e-mails."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from notifications.group_emails.circles import email_circles
from notifications.models import (
    CalendarFeed,
    Delivery,
    DeliveryItem,
    EmailFrequency,
    GroupEmail,
    MailSwitch,
    Preference,
    Reminder,
    TaskRun,
)
from notifications.registries import event_kinds
from notifications.reminders.reason_texts import describe_reminder, reason_in_words
from web.history_pages import HistoryKind, HistoryPart, ValueText


def _email_text(email_type: Any, row: Mapping[str, Any]) -> str:
    """Return audience and topic of a reminder in one line, for its history.

    `email_type` is the recorded slug, `row` holds the reminder's other recorded columns.
    """
    return describe_reminder(
        Reminder(kind=row.get("kind", ""), email_type=email_type, audience=row.get("audience", ""))
    )


def _kind_text(slug: Any, _row: Mapping[str, Any]) -> str:
    """Return the label of the kind of event with this slug, for a history; an unknown slug is returned unchanged.

    The recorded columns (`_row`) are not used.
    """
    return str(event_kinds[slug].label) if slug in event_kinds else str(slug)


def _audience_text(slug: Any, row: Mapping[str, Any]) -> str:
    """Return the audience of a group e-mail in words, for its history; an unknown slug is returned unchanged."""
    circle = row.get("circle", "")
    return str(email_circles[circle].audiences.get(slug, slug)) if circle in email_circles else str(slug)


def _reason_text(slug: Any, row: Mapping[str, Any]) -> str:
    """Return in words why an e-mail or a reminder is not sent, for its history; `slug` is the recorded reason.

    `row` holds the other recorded columns. The kind of event may have reasons of its own; without a kind, those of all
    are searched. An unknown slug is returned unchanged.
    """
    kinds = [row["kind"]] if row.get("kind") else event_kinds.slugs()
    kind = next((kind for kind in kinds if kind in event_kinds and slug in event_kinds[kind].reasons), "")
    return reason_in_words(slug, kind)


HISTORIES: Final = {
    "e-mail": HistoryKind(
        _("e-mail"), Delivery, pages=("notifications:email",), parts=(HistoryPart(DeliveryItem, "delivery"),)
    ),
    "reminder": HistoryKind(_("reminder"), Reminder, title="email_type", pages=("notifications:reminder",)),
    "group-e-mail": HistoryKind(_("group e-mail"), GroupEmail, pages=("notifications:group_email",)),
    "e-mail-switch": HistoryKind(_("sending of all e-mails"), MailSwitch, pages=("notifications:ledger",), argument=""),
}
# The text of the e-mail type names the audience; previous details are in the history of the event.
HIDDEN_COLUMNS: Final = {
    Reminder: ("object_id", "step", "audience", "previous_details"),
    GroupEmail: ("circle", "object_id"),
}
NAME_PATHS: Final = {Delivery: ("user__full_name",), DeliveryItem: ("user__full_name",)}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {
    Reminder: {"email_type": _email_text, "kind": _kind_text, "reason": _reason_text},
    GroupEmail: {"audience": _audience_text},
    Delivery: {"reason": _reason_text},
    DeliveryItem: {"reason": _reason_text},
}
MODELS_WITHOUT_PAGE: Final = {
    EmailFrequency: "How often people receive e-mails is their own choice, on their own page.",
    Preference: "Which e-mails people receive is their own choice, on their own page.",
    CalendarFeed: "An address with a secret in it, of one person, on their own page.",
    TaskRun: "It says when a task last ran; nobody acts.",
}
