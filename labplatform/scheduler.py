"""The Celery application of beat: `celery -A labplatform.scheduler beat`.

Beat only sends the names of tasks, so this application loads neither Django's apps nor the tasks.
"""

from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

app = Celery("labplatform", fixups=(), set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")


@setup_logging.connect
def log_as_configured(**_: Any) -> None:
    """Log as the settings say; Celery calls it before beat starts.

    Without Django's own defaults, which `django.setup` adds in other processes: they load views, to e-mail errors.
    """
    dictConfig(settings.LOGGING)
