"""Sessions of a cohort: their days and states, their pages and e-mails, and what stands against a date."""
