"""The exchange memory: what editions learned at their exchanges, found by words."""
