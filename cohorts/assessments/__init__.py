"""Self-assessments: how members see their own skills, under a pseudonym, and what pairs of answers show."""
