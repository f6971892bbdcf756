"""E-mails about sessions: who gets them, when they are stopped, what they say."""
