"""What runs by itself: exchanges are proposed in time, what people need there is forgotten in time."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from exchanges.planning import actions as planning_actions
from exchanges.planning.planning_context import editions_to_plan
from exchanges.registration import actions as registration_actions
from notifications.task_runs.recording import recorded

PLAN_EXCHANGES: Final = "exchanges.tasks.plan_exchanges"
PURGE_NEEDS: Final = "exchanges.tasks.purge_needs"


@shared_task(name=PLAN_EXCHANGES)
def plan_exchanges(*, by_beat: bool = False) -> int:
    """Propose what is missing, edition by edition; returns how many exchanges. Safe to run twice, and at once.

    Whoever began since registration opened is invited.
    """
    at = timezone.now()
    with recorded(PLAN_EXCHANGES, timezone.now, by_beat=by_beat):
        editions = list(editions_to_plan())
        for edition in editions:
            registration_actions.invite_those_who_began(edition=edition, at=at)
        return sum(len(planning_actions.plan_exchanges(edition=edition, at=at)) for edition in editions)


@shared_task(name=PURGE_NEEDS)
def purge_needs(*, by_beat: bool = False) -> int:
    """Erase what is due; returns of how many people. Safe to run twice, and at once."""
    with recorded(PURGE_NEEDS, timezone.now, by_beat=by_beat):
        purged = registration_actions.purge_needs(at=timezone.now())
        return purged.needs + purged.guests
