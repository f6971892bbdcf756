"""What runs by itself: owners are asked how silent ideas stand."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from notifications.task_runs.recording import recorded
from prototypes.confirmations.planned_emails import ask_for_confirmations

ASK_FOR_CONFIRMATIONS: Final = "prototypes.tasks.ask_for_confirmations"


@shared_task(name=ASK_FOR_CONFIRMATIONS)
def ask_owners(*, by_beat: bool = False) -> int:
    """Plan the letters of each new silence; returns of how many ideas. Safe to run twice, and at once."""
    with recorded(ASK_FOR_CONFIRMATIONS, timezone.now, by_beat=by_beat):
        return ask_for_confirmations(at=timezone.now())
