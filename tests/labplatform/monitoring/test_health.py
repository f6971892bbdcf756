"""Anyone may ask whether the platform lives and is ready, and learns nothing else."""

from datetime import timedelta

import pytest
from django.test import Client

from labplatform.monitoring import email_status
from notifications.models import Run
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory


def test_the_process_answers_without_a_database(client: Client):
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


LETTERS = "Letters()"


@pytest.fixture
def all_well(db: None, today: None) -> None:
    """Beat asked for everything just now, and everything ended well."""
    for task in email_status.periods():
        Run.objects.create(task=task, first_at=NOW, started_at=NOW, by_beat_at=NOW, finished_at=NOW)


def told(client: Client) -> tuple[int, str]:
    answer = client.get("/readyz", headers={"accept": "application/json"})
    return answer.status_code, answer.json()[LETTERS]


def test_letters_in_time_are_fine(client: Client, all_well: None):
    assert told(client) == (200, "OK")


def test_late_letters_are_told_and_leave_the_process_in_rotation(client: Client, all_well: None):
    ReminderFactory(due_at=NOW - timedelta(hours=1))
    assert told(client) == (200, "Warning: letters are late")


def test_so_is_a_worker_that_died(client: Client, all_well: None):
    Run.objects.update(started_at=NOW - timedelta(hours=1), by_beat_at=NOW - timedelta(hours=1))
    assert told(client) == (200, "Warning: no worker seen; beat not seen")


@pytest.mark.parametrize(
    ("asked", "words"),
    [("text/plain", b"Letters(): Warning: letters are late"), ("text/html", b"Warning: letters are late")],
)
def test_the_warning_is_in_text_and_page_too(client: Client, all_well: None, asked: str, words: bytes):
    ReminderFactory(due_at=NOW - timedelta(hours=1))
    answer = client.get("/readyz", headers={"accept": asked})
    assert (answer.status_code, words in answer.content) == (200, True)


def test_neither_numbers_nor_names_are_told(client: Client, all_well: None):
    DeliveryFactory(due_at=NOW - timedelta(hours=1), user__full_name="Camille Démo")
    page = client.get("/readyz").content.decode()
    assert ("Camille" in page, "letter-" in page) == (False, False)


@pytest.mark.django_db
def test_a_warning_beside_a_broken_cache_does_not_make_it_ready(client: Client, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nowhere/redis.sock"}
    }
    assert told(client)[0] == 503
