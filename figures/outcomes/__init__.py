"""Outcomes of ideas (implemented, abandoned or open), counted in the database."""
