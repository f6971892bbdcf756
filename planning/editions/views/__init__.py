"""Pages of the plans of an edition."""
