"""The policy problems that a cohort takes on."""
