"""Users and clients for the pages of programmes; everything is in English."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from tests.factories.accounts import UserFactory


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(full_name="Staff Lab", is_lab_staff=True)


@pytest.fixture
def reader(db: None) -> User:
    return UserFactory(full_name="Reader Anywhere")


def signed_in(user: User) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(user)
    return browser


@pytest.fixture
def lab(staff: User) -> Client:
    """Return a client signed in as lab staff."""
    return signed_in(staff)


@pytest.fixture
def visitor(reader: User) -> Client:
    """Return a client signed in as a person who is not lab staff."""
    return signed_in(reader)
