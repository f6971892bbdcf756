"""Signing in: passwords, links by e-mail, sessions and their limits."""
