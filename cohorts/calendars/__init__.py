"""The calendar of a cohort: proposed from its format, planned anew for drafts, and read in calendar feeds."""
