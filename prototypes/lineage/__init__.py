"""Who an idea is by, and which ideas it comes from."""
