"""Actions on sessions, and the reminders that follow them."""
