"""Start a task of Celery as soon as what it works on is in the database."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

from web.database.after_commit import after_commit

EXPIRES_SECONDS = 60  # the regular run of the task comes soon anyway

logger = logging.getLogger(__name__)


def start_soon(task: str) -> None:
    """Queue the task with this name once the present transaction is committed; nothing happens if it is rolled back.

    The message carries no data. Without a message broker, the regular run of the task does the work.
    """
    after_commit(_queue, task)


def _queue(task: str) -> None:
    """Queue the task; when the message broker does not answer, only log it."""
    try:
        current_app.send_task(task, expires=EXPIRES_SECONDS, retry=False)
    except OperationalError:
        logger.warning("The broker does not answer: the next regular run of %s does what is due.", task)
