"""Taking an uploaded file in: received, checked, named, counted against a quota."""
