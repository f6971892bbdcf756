"""Measures e-mails and pages against the performance budgets, on the real stack."""
