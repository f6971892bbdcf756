"""Second factors: who needs one, and what happens when one is lost."""
