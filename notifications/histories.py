"""The history of letters and of what sends them."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from notifications.models import CalendarFeed, Delivery, DeliveryItem, MailSwitch, Preference, Reminder, Run
from notifications.registries import event_kinds
from notifications.reminders.reason_texts import described, reason_in_words
from web.history_pages import Kept, Part, Wording


def _letter(letter: Any, row: Mapping[str, Any]) -> str:
    """To whom and what, as the ladder says it."""
    return described(Reminder(kind=row.get("kind", ""), letter=letter, audience=row.get("audience", "")))


def _kind(slug: Any, _row: Mapping[str, Any]) -> str:
    return str(event_kinds[slug].label) if slug in event_kinds else str(slug)


def _reason(slug: Any, row: Mapping[str, Any]) -> str:
    """Rows that do not say of which kind their event is have the reasons of any."""
    kinds = [row["kind"]] if row.get("kind") else event_kinds.slugs()
    known = next((kind for kind in kinds if kind in event_kinds and slug in event_kinds[kind].reasons), "")
    return reason_in_words(slug, known)


HISTORIES: Final = {
    "letter": Kept(_("e-mail"), Delivery, pages=("notifications:letter",), parts=(Part(DeliveryItem, "delivery"),)),
    "reminder": Kept(_("reminder"), Reminder, title="letter", pages=("notifications:reminder",)),
    "mail": Kept(_("sending of all e-mails"), MailSwitch, pages=("notifications:ledger",), argument=""),
}
# The words of the letter say to whom; what was before stands in the history of what it is about.
UNSHOWN: Final = {Reminder: ("object_id", "step", "audience", "was")}
NAMED: Final = {Delivery: ("user__full_name",), DeliveryItem: ("user__full_name",)}
WORDED: Final[Mapping[Any, Mapping[str, Wording]]] = {
    Reminder: {"letter": _letter, "kind": _kind, "reason": _reason},
    Delivery: {"reason": _reason},
    DeliveryItem: {"reason": _reason},
}
LEFT_OUT: Final = {
    Preference: "Which letters people take is their own choice, on their own page.",
    CalendarFeed: "An address with a secret in it, of one person, on their own page.",
    Run: "It says when a task last ran; nobody acts.",
}
