"""Forms of the cohorts app, by what they ask for."""
