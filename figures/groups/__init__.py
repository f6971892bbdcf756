"""Groups of cohorts side by side: by kind of authority, by edition, by format."""
