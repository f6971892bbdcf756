"""Pages of calls: for the lab, for reviewers, and for applicants with a link."""
