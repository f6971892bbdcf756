"""Measures what PERFORMANCE promises of letters and pages, against the real stack."""
