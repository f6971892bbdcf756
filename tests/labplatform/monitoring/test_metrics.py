"""`/metrics`: for whoever brings its token, and only then; how the post is doing, in figures."""

import sys
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.actions import hold_mail
from notifications.models import Run
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory

TOKEN = "t0ken-" * 6
pytestmark = pytest.mark.django_db
installed = pytest.mark.skipif(not find_spec("prometheus_client"), reason="requirements/prod.txt is not installed")


def answered(**headers: str) -> Any:
    return Client().get(reverse("metrics"), headers=headers)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("", f"Bearer {TOKEN}"),
        ("", "Bearer "),
        (TOKEN, ""),
        (TOKEN, TOKEN),
        (TOKEN, "Bearer other"),
        (TOKEN, "Bearer é"),
    ],
)
def test_without_the_token_there_is_no_such_page(settings: Any, token: str, told: str):
    settings.METRICS_TOKEN = token
    assert answered(authorization=told).status_code == 404


def test_without_the_packages_there_is_no_such_page_either(settings: Any, monkeypatch: pytest.MonkeyPatch):
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
def test_figures_say_what_is_due_late_failed_and_held_and_when_beat_was_seen(figures: Any):
    DeliveryFactory(state="queued", next_attempt_at=NOW - timedelta(minutes=1))
    DeliveryFactory(state="queued", next_attempt_at=NOW - timedelta(hours=1))
    DeliveryFactory(state="dead", reason="refused")
    ReminderFactory(due_at=NOW - timedelta(hours=2))
    hold_mail(reason="Restored", at=NOW, by=None)
    seen = NOW - timedelta(seconds=20)
    Run.objects.create(
        task="notifications.tasks.send_letters", first_at=seen, started_at=seen, by_beat_at=seen, finished_at=seen
    )
    found = figures()
    assert {name: found[name] for name in found if "{" not in name} == {
        "letters_due": 3,
        "letters_late": 2,
        "letters_failed": 1,
        "letters_held": 1,
        "oldest_due_seconds": 7200,
        "beat_seen_seconds": 20,
        "worker_seen_seconds": 20,
        "troubles": 0,
    }
    assert {name: found[name] for name in found if "{" in name} == {
        'letters{state="dead"}': 1,
        'letters{state="queued"}': 2,
        'reminders{state="expanded"}': 3,
        'reminders{state="planned"}': 1,
        'task_ended_timestamp{task="notifications.tasks.send_letters"}': seen.timestamp(),
    }


@installed
def test_of_an_empty_platform_nothing_was_ever_seen(figures: Any):
    found = figures()
    assert (found["beat_seen_seconds"], found["worker_seen_seconds"], found["letters_due"]) == (-1, -1, 0)
