"""Sessions of a cohort: days and states, pages and e-mails, and conflicts with a date."""
