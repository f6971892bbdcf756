"""Pages about dates and hosts."""
