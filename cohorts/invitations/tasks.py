"""What runs by itself: pasted lists of invitations are sent, slice by slice."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from cohorts.invitations.actions.lists import SEND_LISTS, send_next_slice
from cohorts.invitations.permissions import roles_given_by
from notifications.task_runs.recording import recorded

MOST_SLICES: Final = 100  # in one go; beat comes back for the rest


@shared_task(name=SEND_LISTS)
def send_invitation_lists(*, by_beat: bool = False) -> int:
    """Send what waits; returns how many slices. Safe to run twice, and at once."""
    with recorded(SEND_LISTS, timezone.now, by_beat=by_beat):
        for sent in range(MOST_SLICES):
            if send_next_slice(roles_of=roles_given_by, at=timezone.now(), by=None) is None:
                return sent
        return MOST_SLICES
