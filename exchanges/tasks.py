"""Scheduled tasks: propose exchanges in time, and erase needs in time."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from exchanges.planning import actions as planning_actions
from exchanges.planning.planning_context import editions_to_plan
from exchanges.registration import actions as registration_actions
from notifications.task_runs.recording import record_run

PLAN_EXCHANGES: Final = "exchanges.tasks.plan_exchanges"
PURGE_NEEDS: Final = "exchanges.tasks.purge_needs"


@shared_task(name=PLAN_EXCHANGES)
def plan_exchanges(*, by_beat: bool = False) -> int:
    """Propose the missing exchanges of every open or running edition and return how many.

    It also invites people who started since registration opened. Safe to run twice, or at the same time. `by_beat` is
    True when the scheduler started it.
    """
    at = timezone.now()
    with record_run(PLAN_EXCHANGES, timezone.now, by_beat=by_beat):
        editions = list(editions_to_plan())
        for edition in editions:
            registration_actions.invite_started_members(edition=edition, at=at)
        return sum(len(planning_actions.plan_exchanges(edition=edition, at=at)) for edition in editions)


@shared_task(name=PURGE_NEEDS)
def purge_needs(*, by_beat: bool = False) -> int:
    """Erase people's travel, dietary and access needs and guests' addresses thirty days after an exchange and return
    how many of both.

    Safe to run twice, or at the same time. `by_beat` is True when the scheduler started it.
    """
    with record_run(PURGE_NEEDS, timezone.now, by_beat=by_beat):
        purged = registration_actions.purge_needs(at=timezone.now())
        return purged.needs + purged.guests
