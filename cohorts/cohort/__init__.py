"""Cohorts: their dates and states, their page, the list of all cohorts, their timeline."""
