"""What workers run: nothing is passed in, everything due is in the database."""

from celery import shared_task
from django.utils import timezone

from notifications.nudges import SEND_LETTERS
from notifications.rounds import send_round

SECONDS = 25.0  # a round ends before the next scan begins


@shared_task(name=SEND_LETTERS)
def send_letters() -> None:
    """Expand and send what is due; safe to run twice and by two workers."""
    send_round(timezone.now, seconds=SECONDS)
