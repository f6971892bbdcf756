"""Pages of packages and follow-ups."""
