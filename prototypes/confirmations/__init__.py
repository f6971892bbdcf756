"""Saying that an idea still is as its page says."""
