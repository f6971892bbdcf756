"""The Celery application of the faults: the platform's own with short intervals, and without a guard if the run removes
one.

It is configured by environment variables: LEASE, SCAN and BACKOFF in seconds; VISIBILITY of Redis messages; GUARD, see
`guards.py`; CLOCK, a moment and its monotonic second, or @ and a file that contains them, so that all processes of a
run share one time, beat included. WEBHOOKS sends webhooks too, within TIMEOUT seconds: to receivers on this machine
(loopback), or to names that resolve to private addresses (private); REACHED names the file that lists the connections.
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from labplatform.celery import app  # noqa: E402
from notifications.registries import event_kinds  # noqa: E402
from notifications.sending import delivery, leases, retries, worker_wakeup  # noqa: E402
from tests.factories.notifications import workshop  # noqa: E402
from tools.faults import guards  # noqa: E402
from web.database import idle_timeout  # noqa: E402

event_kinds.register("workshop", workshop())
app.conf.broker_transport_options = {
    **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    "visibility_timeout": float(os.environ.get("VISIBILITY", "5")),
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
app.conf.beat_schedule = {
    "send-emails": {"task": worker_wakeup.SEND_EMAILS, "schedule": float(os.environ.get("SCAN", "1"))}
}
app.conf.beat_max_loop_interval = 1
settings.EMAIL_TIMEOUT = 1
leases.LEASE = delivery.LEASE = timedelta(seconds=float(os.environ.get("LEASE", "4")))  # type: ignore[misc]
idle_timeout.IDLE_TIMEOUT_SECONDS = 3  # type: ignore[misc]  # as a minute is to the lease of two
retries.FIRST_WAIT = timedelta(seconds=float(os.environ.get("BACKOFF", "1")))  # type: ignore[misc]

if clock := os.environ.get("CLOCK"):

    def now() -> datetime:
        """`@file` is read each time, because the run sets the clock when everything is up."""
        moment, since = (Path(clock[1:]).read_text() if clock.startswith("@") else clock).split()
        return datetime.fromisoformat(moment) + timedelta(seconds=time.monotonic() - float(since))

    timezone.now = now
    app.now = lambda: timezone.now().astimezone(app.timezone)  # beat's
if webhooks := os.environ.get("WEBHOOKS"):
    from tools.faults import webhook_network

    webhook_network.set_up(webhooks)
    app.conf.beat_schedule["send-webhooks"] = app.conf.beat_schedule["send-emails"] | {
        "task": "webhooks.tasks.send_webhooks"
    }
if guard := os.environ.get("GUARD"):
    guards.remove(guard)

__all__ = ["app"]
