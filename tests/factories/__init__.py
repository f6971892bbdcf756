"""Factories for tests: minimal valid rows, by app, and the fixed cast of the permission tests."""
