"""Calls for authorities: a public call, applications by link, reviews, a decision, and the cohort that follows."""
