"""Verbs on ideas and their story."""
