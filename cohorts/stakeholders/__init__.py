"""Stakeholders: people and organisations a cohort works with, without an account."""
