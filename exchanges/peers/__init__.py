"""Peers: the directory of people who chose to be found, and visits they pay one another."""
