"""Pages on which people prepare publications, and the pages that anyone reads."""
