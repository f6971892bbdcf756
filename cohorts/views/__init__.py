"""Pages of the cohorts app, by what they show."""
