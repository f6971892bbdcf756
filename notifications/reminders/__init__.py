"""Reminders: when they are due, who gets them, what became of them."""
