"""Views of the implementation rates."""
