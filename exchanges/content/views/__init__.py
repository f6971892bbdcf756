"""Pages about the content of an exchange."""
