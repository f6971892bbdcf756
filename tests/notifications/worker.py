"""The Celery application of the tests: the platform's own, with the made-up kind of event registered."""

import django

django.setup()

from labplatform.celery import app  # noqa: E402
from notifications.registries import event_kinds  # noqa: E402
from tests.factories.notifications import workshop  # noqa: E402

event_kinds.register("workshop", workshop())

__all__ = ["app"]
