"""Actions on reminders: planned, moved, cancelled, announced."""
