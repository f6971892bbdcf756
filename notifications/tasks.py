"""What workers run: nothing is passed in but who asks, everything due is in the database."""

from celery import shared_task
from django.utils import timezone

from notifications.sending.cycle import send_round
from notifications.sending.delivery import SENDERS
from notifications.sending.worker_wakeup import SEND_LETTERS
from notifications.task_runs.recording import recorded

SECONDS = 25.0  # a round ends before the next scan begins


@shared_task(name=SEND_LETTERS)
def send_letters(*, by_beat: bool = False) -> None:
    """Expand and send what is due; safe to run twice and by two workers.

    Where there is much to do it asks for another round, in a process that is free or when this one ends.
    """
    with recorded(SEND_LETTERS, timezone.now, by_beat=by_beat):
        send_round(timezone.now, seconds=SECONDS, senders=SENDERS)
