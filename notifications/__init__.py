"""Reminders and emails: what goes to whom, when it goes, and what became of it."""
