"""The history pages of emails, of reminders, and of the switch that pauses all emails."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from notifications.models import CalendarFeed, Delivery, DeliveryItem, MailSwitch, Preference, Reminder, TaskRun
from notifications.registries import event_kinds
from notifications.reminders.reason_texts import describe_reminder, reason_in_words
from web.history_pages import HistoryKind, HistoryPart, ValueText


def _email_text(email_type: Any, row: Mapping[str, Any]) -> str:
    """Return recipients and topic of a reminder for its history; `row` holds the reminder's recorded columns."""
    return describe_reminder(
        Reminder(kind=row.get("kind", ""), email_type=email_type, audience=row.get("audience", ""))
    )


def _kind_text(slug: Any, _row: Mapping[str, Any]) -> str:
    """Return the label of a kind of event for a history; an unknown slug is returned as it is."""
    return str(event_kinds[slug].label) if slug in event_kinds else str(slug)


def _reason_text(slug: Any, row: Mapping[str, Any]) -> str:
    """Return in words why an email is not sent, for its history; `row` holds the recorded columns.

    A row without a kind of event may have a reason of any kind.
    """
    kinds = [row["kind"]] if row.get("kind") else event_kinds.slugs()
    kind = next((kind for kind in kinds if kind in event_kinds and slug in event_kinds[kind].reasons), "")
    return reason_in_words(slug, kind)


HISTORIES: Final = {
    "letter": HistoryKind(
        _("e-mail"), Delivery, pages=("notifications:email",), parts=(HistoryPart(DeliveryItem, "delivery"),)
    ),
    "reminder": HistoryKind(_("reminder"), Reminder, title="email_type", pages=("notifications:reminder",)),
    "mail": HistoryKind(_("sending of all e-mails"), MailSwitch, pages=("notifications:ledger",), argument=""),
}
# The text of the email type names the audience; previous details are in the history of the event.
HIDDEN_COLUMNS: Final = {Reminder: ("object_id", "step", "audience", "previous_details")}
NAME_PATHS: Final = {Delivery: ("user__full_name",), DeliveryItem: ("user__full_name",)}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {
    Reminder: {"email_type": _email_text, "kind": _kind_text, "reason": _reason_text},
    Delivery: {"reason": _reason_text},
    DeliveryItem: {"reason": _reason_text},
}
MODELS_WITHOUT_PAGE: Final = {
    Preference: "Which e-mails people receive is their own choice, on their own page.",
    CalendarFeed: "An address with a secret in it, of one person, on their own page.",
    TaskRun: "It says when a task last ran; nobody acts.",
}
