"""What runs by itself: the exchanges of every edition under way are proposed in time."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from exchanges import actions
from exchanges.queries import editions_to_plan
from notifications.runs import recorded

PLAN_EXCHANGES: Final = "exchanges.tasks.plan_exchanges"


@shared_task(name=PLAN_EXCHANGES)
def plan_exchanges(*, by_beat: bool = False) -> int:
    """Propose what is missing, edition by edition; returns how many exchanges. Safe to run twice, and at once."""
    at = timezone.now()
    with recorded(PLAN_EXCHANGES, timezone.now, by_beat=by_beat):
        return sum(len(actions.plan_exchanges(edition=edition, at=at)) for edition in editions_to_plan())
