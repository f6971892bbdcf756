"""Notes of tests: a second one, and which of two versions counts."""
