"""The task that sends pasted lists of invitations, slice by slice."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from cohorts.invitations.actions.lists import SEND_LISTS, send_next_slice
from cohorts.invitations.permissions import roles_given_by
from notifications.task_runs.recording import record_run

MAX_SLICES: Final = 100  # in one run; the next periodic run sends the rest


@shared_task(name=SEND_LISTS)
def send_invitation_lists(*, by_beat: bool = False) -> int:
    """Send the pasted lists of invitations that wait, 20 lines at a time; return how many times 20 lines (or fewer)
    were sent.

    Safe to run twice, also at the same time; one run stops after 100 times. `by_beat` tells that the periodic schedule
    started it.
    """
    with record_run(SEND_LISTS, timezone.now, by_beat=by_beat):
        for sent in range(MAX_SLICES):
            if send_next_slice(allowed_roles=roles_given_by, at=timezone.now(), by=None) is None:
                return sent
        return MAX_SLICES
