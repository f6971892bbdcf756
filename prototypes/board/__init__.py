"""The board of a cohort's ideas, and the outputs of its work."""
