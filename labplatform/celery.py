"""The Celery application. Beat starts tasks at plain intervals only: every date is in the database."""

import gc
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent

gc.set_threshold(100_000, 10, 10)  # what is loaded stays: to look through it for garbage took a fifth of a start
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.demo")

app = Celery("labplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if find_spec("django_structlog"):
    from django_structlog.celery.steps import DjangoStructLogInitStep

    app.steps["worker"].add(DjangoStructLogInitStep)


@heartbeat_sent.connect
def touch_alive_file(**_: Any) -> None:
    """Touch the file named by the environment variable WORKER_ALIVE, which shows that the worker lives.

    Celery calls it with each heartbeat, every two seconds, while the worker reaches its broker. Nothing happens where
    the variable is not set.
    """
    if path := os.environ.get("WORKER_ALIVE"):
        Path(path).touch()
