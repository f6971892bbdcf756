"""Indicators that an idea's decision fixes, and their values at each follow-up."""
