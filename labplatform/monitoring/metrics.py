"""Prometheus metrics at `/metrics`: the state of e-mails from the database, and counters of the web processes."""

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

from labplatform.monitoring import status
from notifications.models import Delivery, Reminder
from web.database.replica import replica_state

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

BEARER: Final = "Bearer "
MULTIPROCESS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the Prometheus metrics to a request that carries the setting METRICS_TOKEN; raise Http404 for anyone else.

    Http404 too where no token is set or the packages for metrics are not installed.
    """
    if not settings.METRICS_TOKEN or not _has_token(request):
        raise Http404
    try:
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest  # noqa: PLC0415 - of requirements/prod.txt
    except ImportError as error:
        raise Http404 from error
    at = timezone.now()
    answer = HttpResponse(
        generate_latest(_process_registry()) + generate_latest(EmailMetrics(at)), content_type=CONTENT_TYPE_LATEST
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _has_token(request: HttpRequest) -> bool:
    """Return whether the request has the setting METRICS_TOKEN as bearer token in its Authorization header."""
    authorization = request.headers.get("Authorization", "")
    return authorization.startswith(BEARER) and constant_time_compare(
        authorization.removeprefix(BEARER), settings.METRICS_TOKEN
    )


def _process_registry() -> object:
    """Return the registry of counters: of all web processes where they share a folder, else of this process alone."""
    from prometheus_client import REGISTRY, CollectorRegistry, multiprocess  # noqa: PLC0415

    if not os.environ.get(MULTIPROCESS_FOLDER):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


class EmailMetrics:
    """The metrics of e-mails at the moment `at`, read from the database (nine statements), equal on every replica."""

    def __init__(self, at: datetime) -> None:
        """Set the moment `at`, which is taken as now when the metrics are collected."""
        self.at = at

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics of e-mails, reminders and tasks, read from the database; Prometheus's client calls it."""
        facts, at = status.read_status_facts(self.at, replica_state()), self.at
        due, late = _count_due(at, at - status.late_after())
        yield _labelled_gauge("emails", "E-mails by state, but those sent", "state", Delivery.objects.unsent_by_state())
        yield _labelled_gauge("reminders", "Reminders by state", "state", Reminder.objects.by_state())
        yield _gauge("emails_due", "E-mails and reminders due now", due)
        yield _gauge("emails_late", "Of these, due for longer than a lost sender explains", late)
        yield _gauge("emails_failed", "E-mails that failed for good, to be read by staff", facts.failed)
        yield _gauge("emails_paused", "1 while all e-mails are paused", int(facts.switch is not None))
        yield _gauge("oldest_due_seconds", "Since when the oldest is due", _seconds_since(facts.oldest_due, at))
        yield _gauge(
            "beat_seen_seconds",
            "Since beat was last seen; -1: never",
            _seconds_since(status.beat_seen(facts), at, -1),
        )
        yield _gauge(
            "worker_seen_seconds",
            "Since a task began; -1: never",
            _seconds_since(status.worker_seen(facts), at, -1),
        )
        ended = {task: run.finished_at.timestamp() for task, run in facts.runs.items() if run.finished_at}
        yield _labelled_gauge("task_ended_timestamp", "When a task last ended well", "task", ended)
        if facts.replica:
            behind = facts.replica.bytes_behind if facts.replica.follows else -1
            yield _gauge(
                "replica_behind_bytes", "Log that the replica has not replayed; -1: it does not follow", behind
            )
        yield _gauge(
            "troubles", "Warnings of /readyz, and a replica that does not follow", len(status.troubles(facts, at))
        )


def _count_due(at: datetime, late: datetime) -> tuple[int, int]:
    """Return how many reminders and e-mails are due at the moment `at`,
    and how many of these since `late` or earlier.
    """
    reminders = (
        Reminder.objects.due(at).order_by().aggregate(due=Count("pk"), late=Count("pk", filter=Q(due_at__lte=late)))
    )
    early = Q(next_attempt_at__lte=late)
    emails = Delivery.objects.claimable(at).order_by().aggregate(due=Count("pk"), late=Count("pk", filter=early))
    return reminders["due"] + emails["due"], reminders["late"] + emails["late"]


def _seconds_since(moment: datetime | None, at: datetime, never: float = 0) -> float:
    """Return the seconds from `moment` to `at`; for None as the moment, `never`."""
    return (at - moment).total_seconds() if moment else never


def _gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    """Return a metric with one value; its name is `name` after the prefix “labplatform_”, `description` explains it."""
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    return GaugeMetricFamily(f"labplatform_{name}", description, value=value)


def _labelled_gauge(
    name: str, description: str, label: str, values: dict[str, float] | dict[str, int]
) -> GaugeMetricFamily:
    """Return a metric with several values: one per key of `values`, which is the value of the label `label`.

    Its name is `name` after the prefix “labplatform_”.
    """
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    family = GaugeMetricFamily(f"labplatform_{name}", description, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([str(key)], value)
    return family
