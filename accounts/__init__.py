"""Who signs in, in which language, and who is lab staff."""
