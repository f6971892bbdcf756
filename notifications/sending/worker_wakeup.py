"""A nudge: tells a worker that something is due now. It carries nothing, and nothing is lost when it is."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

SEND_LETTERS = "notifications.tasks.send_letters"
WORTH_SECONDS = 60  # a scan comes sooner anyway

logger = logging.getLogger(__name__)


def nudge() -> None:
    """Ask for a scan once the present transaction is committed; a broker that is away only means a later scan."""
    transaction.on_commit(_ask, robust=True)


def _ask() -> None:
    try:
        current_app.send_task(SEND_LETTERS, expires=WORTH_SECONDS, retry=False)
    except OperationalError:
        logger.warning("The broker does not answer: the next scan sends what is due.")
