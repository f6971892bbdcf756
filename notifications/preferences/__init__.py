"""Preferences: about which kinds of events a person wants e-mails, and how to stop them."""
