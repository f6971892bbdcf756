"""Results of the work of cohorts: first prototypes, tests, attendance."""
