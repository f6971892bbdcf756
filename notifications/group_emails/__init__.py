"""E-mails that a person writes to a group: a cohort, people with one role in it, those expected at a session."""
