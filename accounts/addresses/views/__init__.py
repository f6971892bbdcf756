"""Pages on addresses."""
