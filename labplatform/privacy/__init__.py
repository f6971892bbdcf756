"""Registers for the data-protection officer: consents, and the records of processing activities."""
