"""The task that calculates the plans that wait."""

from celery import shared_task
from django.utils import timezone

from notifications.task_runs.recording import record_run
from planning.actions import CALCULATE_PLANS
from planning.calculation import calculate_due_plans
from planning.editions.calculation import calculate_due_edition_plans


@shared_task(name=CALCULATE_PLANS)
def calculate_plans(*, by_beat: bool = False) -> int:
    """Calculate the plans of residencies, Intertransfos and sessions that wait; return how many were calculated.

    `by_beat` tells that the periodic schedule started it. Safe to run twice, also at the same time.
    """
    with record_run(CALCULATE_PLANS, timezone.now, by_beat=by_beat):
        return calculate_due_plans(timezone.now) + calculate_due_edition_plans(timezone.now)
