"""Texts: dates and numbers in words, Markdown, excerpts, differences, names in order."""
