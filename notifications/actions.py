"""Verbs on reminders, letters, preferences, the switch and calendar feeds."""

from notifications.calendars.actions import note_reading, open_calendar, revoke_calendar
from notifications.emails.actions import hold_letter, release_letter, retry_letter
from notifications.preferences.actions import choose_letters, unsubscribe
from notifications.reminders.actions.schedule import announce, cancel_reminders, ensure_reminders
from notifications.reminders.actions.shared_emails import announce_together
from notifications.sending.actions import hold_mail, release_mail

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
