"""Settings: a base, and one module for each environment."""
