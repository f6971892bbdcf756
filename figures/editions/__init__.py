"""Editions compared side by side."""
