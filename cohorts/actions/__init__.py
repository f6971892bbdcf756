"""Verbs on cohorts, members and sessions, by what they change."""
