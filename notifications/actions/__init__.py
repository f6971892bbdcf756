"""Verbs on reminders, letters, preferences, the switch and calendar feeds."""

from notifications.actions.feeds import note_reading, open_calendar, revoke_calendar
from notifications.actions.letters import hold_letter, release_letter, retry_letter
from notifications.actions.preferences import choose_letters, unsubscribe
from notifications.actions.reminders import announce, cancel_reminders, ensure_reminders
from notifications.actions.switch import hold_mail, release_mail
from notifications.actions.together import announce_together

__all__ = [
    "announce",
    "announce_together",
    "cancel_reminders",
    "choose_letters",
    "ensure_reminders",
    "hold_letter",
    "hold_mail",
    "note_reading",
    "open_calendar",
    "release_letter",
    "release_mail",
    "retry_letter",
    "revoke_calendar",
    "unsubscribe",
]
