"""Models of the content of an exchange."""
