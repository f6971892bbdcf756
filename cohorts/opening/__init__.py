"""Opening an edition step by step: the edition, its authorities, a preview of its cohorts."""
