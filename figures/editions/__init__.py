"""Comparison of editions, side by side."""
