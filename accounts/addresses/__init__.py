"""E-mail addresses of people: their own, those to be confirmed, and those that the lab released."""
