"""Commands of the exchanges app."""
