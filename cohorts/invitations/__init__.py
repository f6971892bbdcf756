"""Invitations to a cohort or to administer an authority, sent, accepted, ended."""
