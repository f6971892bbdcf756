"""Pages on dates and hosts."""
