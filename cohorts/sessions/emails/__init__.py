"""E-mails about sessions: to whom they go, when they are out of place, what they say."""
