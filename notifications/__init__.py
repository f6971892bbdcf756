"""Reminders and e-mails: what goes to whom, when it goes, and what became of it."""
