"""Fixtures: a mail server and a kind of event with guests."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.registries import EventKind
from tests.factories.notifications import registered
from tests.factories.notifications import workshop as made_up
from tests.factories.sink import Sink, receiving_server


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """Return a real SMTP server on this machine, with settings that point to it."""
    with receiving_server(settings) as server:
        yield server


@pytest.fixture
def workshop() -> Iterator[EventKind]:
    """Register the made-up kind of event."""
    with registered(made_up()) as kind:
        yield kind
