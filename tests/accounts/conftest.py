"""Fixtures: the provider that the tests of signing in share."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from tests.providers import ANNE, Local, running


@pytest.fixture(scope="session")
def one_provider() -> Iterator[Local]:
    with running() as started:
        yield started


@pytest.fixture
def local(one_provider: Local, settings: Settings) -> Local:
    """Offer the provider as the environment would; it knows Anne."""
    one_provider.set_claims(anne=ANNE)
    settings.OIDC_PROVIDERS = [one_provider.app()]
    return one_provider


@pytest.fixture
def visitor(db: None) -> Client:
    return Client(headers={"Accept-Language": "en"})
