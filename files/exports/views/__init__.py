"""Pages on one’s own downloads and one’s own copy."""
