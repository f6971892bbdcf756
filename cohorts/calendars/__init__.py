"""The calendar of a cohort: proposed from its format, planned again for drafts, and shown in calendar feeds."""
