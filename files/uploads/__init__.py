"""Receiving uploaded files: checks, names, quotas."""
