"""Implementations of ideas in authorities: live, sustained, ended."""
