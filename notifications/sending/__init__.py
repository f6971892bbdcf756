"""Sending: due e-mails handed to the mail server, retried, and the switch that stops all."""
