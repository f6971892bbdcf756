"""Wakes a worker when e-mails are due now. Losing the message only delays them until the next regular scan."""

from web.tasks import start_soon

SEND_EMAILS = "notifications.tasks.send_emails"


def wake_worker() -> None:
    """Ask a worker to send due e-mails once the present transaction is committed."""
    start_soon(SEND_EMAILS)
