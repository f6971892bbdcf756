"""Pages about the calendar of a cohort."""
