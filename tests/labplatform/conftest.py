"""Fixture with the published facts, loaded once for a module's tests and removed after them."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def published(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int]]:
    """Return the report of the first loading; changes of each test are rolled back by `db`."""
    from tests.labplatform.published import published_facts

    with django_db_blocker.unblock(), transaction.atomic():
        yield published_facts()
        transaction.set_rollback(True)
