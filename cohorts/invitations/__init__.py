"""Invitations into a cohort or to administer an authority: single ones and pasted lists, sent, accepted or ended."""
