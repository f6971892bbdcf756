"""Intervals of pooled shares, of differences and of future counts. Pure arithmetic."""
