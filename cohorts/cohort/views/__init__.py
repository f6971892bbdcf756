"""Pages of cohorts, and of the steps of their life."""
