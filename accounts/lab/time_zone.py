"""The lab's time zone, in which requests and tasks read the clock where no authority has its own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Lab


def lab_time_zone(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that answers signed-in people in the lab's time zone, which is read with the person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        """Answer the request in the lab's time zone; in the setting TIME_ZONE for people who are not signed in."""
        with timezone.override(getattr(request.user, "lab_zone", None)):
            return get_response(request)

    return middleware


def activate_lab_time_zone(**_: Any) -> None:
    """Activate the lab's time zone before a task runs (one statement): a receiver of Celery's `task_prerun`."""
    if zone := Lab.objects.values_list("time_zone", flat=True).first():
        timezone.activate(zone)


def deactivate_time_zone(**_: Any) -> None:
    """Go back to the setting TIME_ZONE after a task: a receiver of Celery's `task_postrun`."""
    timezone.deactivate()
