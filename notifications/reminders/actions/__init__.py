"""Actions that plan, move and cancel reminders, and announce changes."""
