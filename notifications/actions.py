"""Public actions on reminders, e-mails, preferences, the switch for all e-mails, and calendar feeds."""

from notifications.calendars.actions import note_reading, open_calendar, revoke_calendar
from notifications.emails.actions import hold_email, release_email, retry_email
from notifications.preferences.actions import choose_email_kinds, unsubscribe
from notifications.reminders.actions.joint_announcements import announce_together
from notifications.reminders.actions.schedule import announce_change, cancel_reminders, ensure_reminders
from notifications.sending.actions import hold_mail, release_mail

__all__ = [
    "announce_change",
    "announce_together",
    "cancel_reminders",
    "choose_email_kinds",
    "ensure_reminders",
    "hold_email",
    "hold_mail",
    "note_reading",
    "open_calendar",
    "release_email",
    "release_mail",
    "retry_email",
    "revoke_calendar",
    "unsubscribe",
]
