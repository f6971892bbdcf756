"""Calendars: entries attached to emails, and feeds that calendar programs read."""
