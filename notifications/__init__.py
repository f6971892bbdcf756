"""Reminders and letters: what goes to whom, when it goes, and what became of it."""
