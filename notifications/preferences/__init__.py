"""Preferences: about which kinds of events a person wants emails, and how to stop them."""
