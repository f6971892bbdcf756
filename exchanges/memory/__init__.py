"""The exchange memory: a search over what was said and written at exchanges."""
