"""The mailbox of the demonstration: e-mails as its mail server kept them."""
