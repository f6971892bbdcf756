"""The choice of the ideas that a page of figures counts."""
