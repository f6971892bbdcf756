"""Who leads sessions: the share led by civil servants, from the month in which a cohort began."""
