"""The cohort itself: its dates and states, its page, the list of all, its timeline."""
