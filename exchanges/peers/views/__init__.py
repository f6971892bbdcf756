"""Views of the directory and of peer visits."""
