"""Public actions on reminders, e-mails, preferences, the switch for all e-mails, and calendar feeds."""

from notifications.calendars.actions import open_calendar, record_feed_read, revoke_calendar
from notifications.emails.actions import pause_email, resume_email, retry_email
from notifications.group_emails.actions import (
    change_group_email,
    delete_group_email,
    send_group_email,
    try_group_email,
    write_group_email,
)
from notifications.preferences.actions import choose_email_kinds, unsubscribe
from notifications.reminders.actions.joint_announcements import announce_together
from notifications.reminders.actions.schedule import announce_change, cancel_reminders, ensure_reminders
from notifications.sending.actions import pause_all_emails, resume_all_emails
