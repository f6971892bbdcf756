"""Guests: stakeholders with an e-mail address, who answer for a session by a link and have no account."""
