"""Helpers that the views of this app share."""
