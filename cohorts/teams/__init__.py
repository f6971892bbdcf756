"""Innovation teams: proposed, prefigured, decided, opened, closed."""
