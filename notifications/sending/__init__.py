"""Sending: e-mails that are due go to the mail server and are retried; one switch pauses all e-mails."""
