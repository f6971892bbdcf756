"""Pages about challenges, ideas, prototypes and tests."""
