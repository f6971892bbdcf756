"""Measures what PERFORMANCE promises of letters, against the real stack."""
