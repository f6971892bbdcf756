"""Invitations to a cohort or to administer an authority, single or as pasted lists: sent, accepted, ended."""
