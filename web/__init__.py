"""Toolkit every app may use and that knows none of them: pages, decisions, errors, lists, formats."""
