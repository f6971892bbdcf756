"""Anyone may ask whether the platform lives and is ready, and learns nothing else."""

import pytest
from django.test import Client


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
    assert client.get("/readyz").status_code == 500
