"""Checks of documents: their kind by their content, and nothing in them that runs or loads something."""
