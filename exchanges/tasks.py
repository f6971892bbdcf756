"""What runs by itself: exchanges are proposed in time, what people need there is forgotten in time."""

from celery import shared_task
from django.utils import timezone

from exchanges import actions
from exchanges.queries import editions_to_plan


@shared_task(name="exchanges.tasks.plan_exchanges")
def plan_exchanges() -> int:
    """Propose what is missing, edition by edition; returns how many exchanges. Safe to run twice, and at once."""
    at = timezone.now()
    return sum(len(actions.plan_exchanges(edition=edition, at=at)) for edition in editions_to_plan())


@shared_task(name="exchanges.tasks.purge_needs")
def purge_needs() -> int:
    """Erase what is due; returns of how many people. Safe to run twice, and at once."""
    purged = actions.purge_needs(at=timezone.now())
    return purged.needs + purged.guests
