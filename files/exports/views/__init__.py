"""Pages on one's own downloads and on the copy of one's own data."""
