"""Decisions, packages for departments, and follow-ups."""
