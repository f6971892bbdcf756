"""The consent by which a cohort lets its figures enter totals that other people read."""
