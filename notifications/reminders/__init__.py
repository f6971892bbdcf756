"""Reminders: when they are due, who gets them, and what happened to them."""
