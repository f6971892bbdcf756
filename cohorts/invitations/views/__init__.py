"""Pages for people who invite, and for people who are invited."""
