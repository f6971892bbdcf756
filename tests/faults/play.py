"""The Celery application of the faults: the platform's own, with what a run asks for set up in its processes.

GUARD names a guard to remove (`tests.faults.guards`), so that a control run can show what it holds back.
"""

import os

import django

django.setup()

from labplatform.celery import app  # noqa: E402

app.conf.broker_transport_options = {
    "visibility_timeout": float(os.environ.get("VISIBILITY", "600")),
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}

__all__ = ["app"]
