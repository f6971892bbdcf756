"""Dates and hosts: which exchanges are proposed, when, and whose turn it is to host."""
