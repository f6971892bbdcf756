"""The Celery task that sends e-mails. It takes no data: everything that is due is in the database."""

from celery import shared_task
from django.utils import timezone

from notifications.sending.cycle import send_round
from notifications.sending.delivery import SENDERS
from notifications.sending.worker_wakeup import SEND_EMAILS
from notifications.task_runs.recording import record_run

ROUND_SECONDS = 25.0  # a round ends before the next scan begins


@shared_task(name=SEND_EMAILS)
def send_emails(*, by_beat: bool = False) -> None:
    """Create and send all e-mails that are due, for 25 seconds at most; safe to run twice and by two workers.

    `by_beat` says that the scheduler asked for the run. With a full batch it wakes another worker.
    """
    with record_run(SEND_EMAILS, timezone.now, by_beat=by_beat):
        send_round(timezone.now, seconds=ROUND_SECONDS, senders=SENDERS)
