"""Views of open data: what anyone reads, and the lab's page of releases."""
