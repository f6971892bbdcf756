"""Pages about the attendance of a session."""
