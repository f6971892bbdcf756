"""Cohorts: one authority's run in one edition, its people, its sessions, and the team that stays."""
