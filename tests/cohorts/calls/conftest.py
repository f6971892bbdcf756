"""Fixtures of the tests of calls."""

import pytest
from django.core.cache import cache

from cohorts.models import Call
from tests.factories.calls import CallFactory
from tests.factories.cast import Cast


@pytest.fixture
def call(cast: Cast) -> Call:
    return CallFactory(slug="transfo")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
