"""The mailbox of the demonstration: the e-mails its mail server stored."""
