"""Verbs on reminders, letters, preferences and the switch."""

from notifications.actions.letters import hold_letter, release_letter, retry_letter
from notifications.actions.preferences import choose_letters, unsubscribe
from notifications.actions.reminders import announce, cancel_reminders, ensure_reminders
from notifications.actions.switch import hold_mail, release_mail

__all__ = [
    "announce",
    "cancel_reminders",
    "choose_letters",
    "ensure_reminders",
    "hold_letter",
    "hold_mail",
    "release_letter",
    "release_mail",
    "retry_letter",
    "unsubscribe",
]
