"""Scheduled tasks of this app."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from notifications.task_runs.recording import record_run
from prototypes.confirmations import planned_emails

ASK_FOR_CONFIRMATIONS: Final = "prototypes.tasks.ask_for_confirmations"


@shared_task(name=ASK_FOR_CONFIRMATIONS)
def ask_for_confirmations(*, by_beat: bool = False) -> int:
    """Plan the e-mails that ask whether ideas without an update for six months are still correct; return the number of
    ideas.

    Safe to run twice or at the same time. `by_beat` is true for runs that the scheduler starts.
    """
    with record_run(ASK_FOR_CONFIRMATIONS, timezone.now, by_beat=by_beat):
        return planned_emails.ask_for_confirmations(at=timezone.now())
