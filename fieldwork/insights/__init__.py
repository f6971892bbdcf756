"""Insights: field notes grouped on a board, named, and turned into challenges."""
