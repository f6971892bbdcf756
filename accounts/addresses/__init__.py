"""Addresses of people: their own, those that are claimed, and those that the lab releases."""
