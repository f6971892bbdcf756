"""E-mails of the demonstration: to groups, and those of its past, which are delivered to nobody."""
