"""Wakes a worker when e-mails are due now. The message carries no data; losing it only delays the next regular scan."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

SEND_EMAILS = "notifications.tasks.send_emails"
WAKEUP_EXPIRES_SECONDS = 60  # the regular scan comes sooner anyway

logger = logging.getLogger(__name__)


def wake_worker() -> None:
    """Ask a worker to send due e-mails once the present transaction is committed; nothing happens if it is rolled back.

    Without a message broker, the next regular scan sends them.
    """
    transaction.on_commit(_send_wakeup, robust=True)


def _send_wakeup() -> None:
    """Queue the task that sends due e-mails; when the message broker does not answer, only log it."""
    try:
        current_app.send_task(SEND_EMAILS, expires=WAKEUP_EXPIRES_SECONDS, retry=False)
    except OperationalError:
        logger.warning("The broker does not answer: the next scan sends what is due.")
