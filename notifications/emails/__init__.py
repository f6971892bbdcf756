"""E-mails: made from due reminders, written, and what lab staff do to one."""
