"""Calendars: entries attached to e-mails, and feeds that calendar programs read."""
