"""Versions of formats: their outline, their reminder schedules, and what differs between two of them."""
