"""Pages of those who invite, and of those who are invited."""
