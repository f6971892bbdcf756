"""What Prometheus reads at `/metrics`: how the post is doing, from the database, and what each web process counted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from labplatform.monitoring import email_status
from notifications.models import Delivery, Reminder

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

BEARER: Final = "Bearer "
OF_ALL_PROCESSES: Final = "PROMETHEUS_MULTIPROC_DIR"


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever brings METRICS_TOKEN; for everybody else, and without the `prod` packages, there is no such page."""
    if not settings.METRICS_TOKEN or not _brings_it(request):
        raise Http404
    try:
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest  # noqa: PLC0415 - of requirements/prod.txt
    except ImportError as error:
        raise Http404 from error
    at = timezone.now()
    answer = HttpResponse(generate_latest(_processes()) + generate_latest(Post(at)), content_type=CONTENT_TYPE_LATEST)
    answer["Cache-Control"] = "no-store"
    return answer


def _brings_it(request: HttpRequest) -> bool:
    told = request.headers.get("Authorization", "")
    return told.startswith(BEARER) and constant_time_compare(told.removeprefix(BEARER), settings.METRICS_TOKEN)


def _processes() -> object:
    """What all processes of this replica counted, where they write it down for each other; else this one."""
    from prometheus_client import REGISTRY, CollectorRegistry, multiprocess  # noqa: PLC0415

    if not os.environ.get(OF_ALL_PROCESSES):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


class Post:
    """The same from whichever replica answers: asked of the database each time, in nine statements."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found, at = email_status.facts(self.at), self.at
        due, late = _due(at, at - email_status.late_after())
        yield _by("letters", "Letters by state", "state", Delivery.objects.by_state())
        yield _by("reminders", "Reminders by state", "state", Reminder.objects.by_state())
        yield _one("letters_due", "Letters and reminders due now", due)
        yield _one("letters_late", "Of these, due for longer than a lost sender explains", late)
        yield _one("letters_failed", "Letters that failed for good, to be read by staff", found.failed)
        yield _one("letters_held", "1 while all letters are held", int(found.switch is not None))
        yield _one("oldest_due_seconds", "Since when the oldest is due", _since(found.oldest_due, at))
        yield _one(
            "beat_seen_seconds", "Since beat was last seen; -1: never", _since(email_status.beat_seen(found), at, -1)
        )
        yield _one(
            "worker_seen_seconds", "Since a task began; -1: never", _since(email_status.worker_seen(found), at, -1)
        )
        ended = {task: run.finished_at.timestamp() for task, run in found.runs.items() if run.finished_at}
        yield _by("task_ended_timestamp", "When a task last ended well", "task", ended)
        yield _one("troubles", "Warnings of /readyz", len(email_status.troubles(found, at)))


def _due(at: datetime, late: datetime) -> tuple[int, int]:
    """How many are due, and how many of them were so at an earlier moment."""
    reminders = (
        Reminder.objects.due(at).order_by().aggregate(due=Count("pk"), late=Count("pk", filter=Q(due_at__lte=late)))
    )
    early = Q(next_attempt_at__lte=late)
    letters = Delivery.objects.claimable(at).order_by().aggregate(due=Count("pk"), late=Count("pk", filter=early))
    return reminders["due"] + letters["due"], reminders["late"] + letters["late"]


def _since(moment: datetime | None, at: datetime, never: float = 0) -> float:
    return (at - moment).total_seconds() if moment else never


def _one(name: str, said: str, value: float) -> GaugeMetricFamily:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    return GaugeMetricFamily(f"labplatform_{name}", said, value=value)


def _by(name: str, said: str, label: str, values: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    family = GaugeMetricFamily(f"labplatform_{name}", said, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([str(key)], value)
    return family
