"""The board of a cohort's ideas, and what its work has produced."""
