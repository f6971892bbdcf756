"""Health pages tell anyone whether the platform is alive and ready, and nothing else."""

from datetime import timedelta

import pytest
from django.test import Client

from labplatform.monitoring import status
from notifications.models import TaskRun
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory


def test_livez_answers_without_a_database(client: Client):
    answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_means_database_and_cache_answer(client: Client):
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_not_ready_while_the_cache_is_away(client: Client, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nowhere/redis.sock"}
    }
    assert client.get("/readyz").status_code == 503


EMAIL_CHECK = "EmailHealth()"


@pytest.fixture
def all_well(db: None, today: None) -> None:
    """Record that beat started every task just now and every task ended well."""
    for task in status.periods():
        TaskRun.objects.create(task=task, first_at=NOW, started_at=NOW, by_beat_at=NOW, finished_at=NOW)


def readiness(client: Client) -> tuple[int, str]:
    answer = client.get("/readyz", headers={"accept": "application/json"})
    return answer.status_code, answer.json()[EMAIL_CHECK]


def test_ready_without_warning_while_emails_are_in_time(client: Client, all_well: None):
    assert readiness(client) == (200, "OK")


def test_late_emails_are_a_warning_and_leave_the_process_ready(client: Client, all_well: None):
    ReminderFactory(due_at=NOW - timedelta(hours=1))
    assert readiness(client) == (200, "Warning: e-mails are late")


def test_dead_worker_is_a_warning(client: Client, all_well: None):
    TaskRun.objects.update(started_at=NOW - timedelta(hours=1), by_beat_at=NOW - timedelta(hours=1))
    assert readiness(client) == (200, "Warning: no worker seen; beat not seen")


@pytest.mark.parametrize(
    ("accept", "words"),
    [("text/plain", b"EmailHealth(): Warning: e-mails are late"), ("text/html", b"Warning: e-mails are late")],
)
def test_warning_appears_in_text_and_html(client: Client, all_well: None, accept: str, words: bytes):
    ReminderFactory(due_at=NOW - timedelta(hours=1))
    answer = client.get("/readyz", headers={"accept": accept})
    assert (answer.status_code, words in answer.content) == (200, True)


def test_answer_contains_neither_numbers_nor_names(client: Client, all_well: None):
    DeliveryFactory(due_at=NOW - timedelta(hours=1), user__full_name="Camille Démo")
    page = client.get("/readyz").content.decode()
    assert ("Camille" in page, "letter-" in page) == (False, False)


@pytest.mark.django_db
def test_broken_cache_is_not_ready_in_spite_of_a_warning(client: Client, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nowhere/redis.sock"}
    }
    assert readiness(client)[0] == 503
