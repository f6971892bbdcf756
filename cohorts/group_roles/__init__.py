"""Roles that people have by their groups at an identity provider, as rules of the lab say."""
