"""Actions on ideas and their events."""
