"""Rounds in which a cohort chooses challenges together: members rate silently, see how ratings spread, and decide."""
