"""What the work of cohorts gave: first prototypes, tests, attendance."""
