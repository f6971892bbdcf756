"""Whose figures a reader may choose."""
