"""Pages of costs: of a cohort and of an edition, of agreements with funders, of statements."""
