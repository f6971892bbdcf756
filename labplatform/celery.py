"""The Celery application. Beat runs plain intervals: every date lives in the database, none in the schedule."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.demo")

app = Celery("labplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if find_spec("django_structlog"):
    from django_structlog.celery.steps import DjangoStructLogInitStep

    app.steps["worker"].add(DjangoStructLogInitStep)


@heartbeat_sent.connect
def show_life(**_: Any) -> None:
    """A worker that reaches its broker says so every two seconds, to whoever looks at WORKER_ALIVE."""
    if path := os.environ.get("WORKER_ALIVE"):
        Path(path).touch()
