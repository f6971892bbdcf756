"""The Celery task that sends webhooks. It takes no data: everything that is due is in the database."""

from celery import shared_task
from django.utils import timezone

from notifications.task_runs.recording import record_run
from webhooks.recording import SEND_WEBHOOKS
from webhooks.sending import SENDERS, send_due_webhooks

ROUND_SECONDS = 25.0  # a round ends before the next scan begins


@shared_task(name=SEND_WEBHOOKS)
def send_webhooks(*, by_beat: bool = False) -> None:
    """Send all deliveries that are due, for 25 seconds at most; safe to run twice and by two workers.

    `by_beat` says that the scheduler asked for the run.
    """
    with record_run(SEND_WEBHOOKS, timezone.now, by_beat=by_beat):
        send_due_webhooks(timezone.now, seconds=ROUND_SECONDS, senders=SENDERS)
