"""The tasks of this app, imported where Celery looks for them."""

from cohorts.invitations.tasks import send_invitation_lists

__all__ = ["send_invitation_lists"]
