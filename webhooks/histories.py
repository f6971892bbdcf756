"""The history page of a webhook; name, address and secrets are not in the history, which stays after an erasure."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from web.history_pages import HistoryKind, ValueText
from webhooks.models import Webhook


def _event_texts(events: Any, _row: Mapping[str, Any]) -> str:
    """Return the events of a webhook in words."""
    return ", ".join(Webhook(event_types=events).event_labels)


def _reason_text(reason: Any, _row: Mapping[str, Any]) -> str:
    """Return "" for the reason of an action: the change of `disabled_reason` says it in words."""
    return ""


HISTORIES: Final = {"webhook": HistoryKind(_("webhook"), Webhook, "name", pages=("webhooks:webhook",))}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {
    Webhook: {"event_types": _event_texts, "reason": _reason_text}
}
