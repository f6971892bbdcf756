"""Actions on calls, applications, reviews, decisions, and the cohorts that follow."""
