"""The task that checks, imports and undoes the tables that wait."""

from celery import shared_task
from django.utils import timezone

from imports.actions import RUN_IMPORTS
from imports.worker import run_due_imports
from notifications.task_runs.recording import record_run


@shared_task(name=RUN_IMPORTS)
def run_imports(*, by_beat: bool = False) -> int:
    """Work on the imports that wait, one after the other; return how many ended.

    `by_beat` tells that the periodic schedule started it. Safe to run twice, also at the same time.
    """
    with record_run(RUN_IMPORTS, timezone.now, by_beat=by_beat):
        return run_due_imports(timezone.now)
