"""Co-authors of ideas, and the ideas they come from."""
