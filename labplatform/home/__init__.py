"""The home page: reminders of what is late or at risk, and those that a person postponed."""
