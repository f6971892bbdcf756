"""`/metrics` needs its token and shows the state of e-mails in numbers."""

import sys
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.actions import pause_all_emails
from notifications.models import TaskRun
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory

TOKEN = "t0ken-" * 6
pytestmark = pytest.mark.django_db
installed = pytest.mark.skipif(not find_spec("prometheus_client"), reason="requirements/prod.txt is not installed")


def answered(**headers: str) -> Any:
    return Client().get(reverse("metrics"), headers=headers)


@pytest.mark.parametrize(
    ("token", "authorization"),
    [
        ("", f"Bearer {TOKEN}"),
        ("", "Bearer "),
        (TOKEN, ""),
        (TOKEN, TOKEN),
        (TOKEN, "Bearer other"),
        (TOKEN, "Bearer é"),
    ],
)
def test_metrics_are_not_found_without_the_token(settings: Any, token: str, authorization: str):
    settings.METRICS_TOKEN = token
    assert answered(authorization=authorization).status_code == 404


def test_metrics_are_not_found_without_the_packages(settings: Any, monkeypatch: pytest.MonkeyPatch):
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    assert answered(authorization=f"Bearer {TOKEN}").status_code == 404


@pytest.fixture
def figures(settings: Any, today: None, django_assert_num_queries: Any) -> Any:
    settings.METRICS_TOKEN = TOKEN

    def read() -> dict[str, float]:
        with django_assert_num_queries(9):
            answer = answered(authorization=f"Bearer {TOKEN}")
        lines = [line for line in answer.content.decode().splitlines() if line.startswith("labplatform_")]
        return {
            name.removeprefix("labplatform_"): float(value) for name, _, value in (x.rpartition(" ") for x in lines)
        }

    return read


@installed
def test_metrics_show_due_late_failed_and_paused_emails_and_beat(figures: Any):
    DeliveryFactory(state="queued", next_attempt_at=NOW - timedelta(minutes=1))
    DeliveryFactory(state="queued", next_attempt_at=NOW - timedelta(hours=1))
    DeliveryFactory(state="dead", reason="refused")
    DeliveryFactory(state="sent")  # in no figure: there are too many to count them for every reading
    ReminderFactory(due_at=NOW - timedelta(hours=2))
    pause_all_emails(reason="Restored", at=NOW, by=None)
    seen = NOW - timedelta(seconds=20)
    TaskRun.objects.create(
        task="notifications.tasks.send_emails", first_at=seen, started_at=seen, by_beat_at=seen, finished_at=seen
    )
    values = figures()
    assert {name: values[name] for name in values if "{" not in name} == {
        "emails_due": 3,
        "emails_late": 2,
        "emails_failed": 1,
        "emails_paused": 1,
        "oldest_due_seconds": 7200,
        "beat_seen_seconds": 20,
        "worker_seen_seconds": 20,
        "troubles": 0,
    }
    assert {name: values[name] for name in values if "{" in name} == {
        'emails{state="dead"}': 1,
        'emails{state="queued"}': 2,
        'reminders{state="expanded"}': 4,
        'reminders{state="planned"}': 1,
        'task_ended_timestamp{task="notifications.tasks.send_emails"}': seen.timestamp(),
    }


@installed
def test_metrics_of_an_empty_platform_are_zero_or_never(figures: Any):
    values = figures()
    assert (values["beat_seen_seconds"], values["worker_seen_seconds"], values["emails_due"]) == (-1, -1, 0)
