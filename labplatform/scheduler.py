"""The Celery application of beat: `celery -A labplatform.scheduler beat`.

Beat only sends the names of tasks, so this application loads neither Django's apps nor the tasks.
"""

from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django.utils.log import configure_logging

app = Celery("labplatform", fixups=(), set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")


@setup_logging.connect
def log_as_configured(**_: Any) -> None:
    """Log as the settings say, which `django.setup` does in other processes; Celery calls it before beat starts."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
