"""Scheduled tasks: calculate the rates of everything, and of whole editions, in advance."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from figures.outcomes import actions
from notifications.task_runs.recording import record_run

REFRESH_ROLLUPS: Final = "figures.tasks.refresh_rollups"


@shared_task(name=REFRESH_ROLLUPS)
def refresh_rollups(*, by_beat: bool = False) -> int:
    """Recalculate the stored rates of everything and of each edition that are out of date; return how many.

    Safe to run twice, and at once. `by_beat` says that the scheduler started the run; it is recorded with the run.
    """
    with record_run(REFRESH_ROLLUPS, timezone.now, by_beat=by_beat):
        count: int = actions.refresh_rollups(at=timezone.now())
        return count
