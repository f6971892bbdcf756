"""What a cohort cost for each idea that was implemented."""
