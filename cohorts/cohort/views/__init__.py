"""Pages of cohorts, and of the actions on their state."""
