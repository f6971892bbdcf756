"""The mailbox of the demonstration: the emails its mail server stored."""
