"""A mail server, a kind of event, and people it concerns."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.registries import EventKind
from tests.factories.notifications import registered
from tests.factories.notifications import workshop as made_up
from tests.factories.sink import Sink, listening


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A real SMTP server on this machine, and settings that lead to it."""
    with listening(Sink()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.5
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


@pytest.fixture
def workshop() -> Iterator[EventKind]:
    """The made-up kind of event is registered."""
    with registered(made_up()) as kind:
        yield kind
