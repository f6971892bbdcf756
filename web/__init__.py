"""Toolkit that every app may use and that knows none of them: pages, forms, permissions' decisions, errors, formats."""
