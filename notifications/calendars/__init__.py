"""Calendars: entries in e-mails, and feeds that calendar programs read."""
