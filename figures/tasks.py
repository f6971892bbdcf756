"""What runs by itself: the rates of everything, and of whole editions, are counted ahead."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from figures.outcomes import actions
from notifications.task_runs.recording import recorded

KEEP_RATES: Final = "figures.tasks.keep_rates"


@shared_task(name=KEEP_RATES)
def keep_rates(*, by_beat: bool = False) -> int:
    """Count anew what no longer counts; returns how many rollups. Safe to run twice, and at once."""
    with recorded(KEEP_RATES, timezone.now, by_beat=by_beat):
        kept: int = actions.keep_rates(at=timezone.now())
        return kept
