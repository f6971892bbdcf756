"""Prototypes: the versions of an idea that are tried."""
