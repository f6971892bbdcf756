"""A mail server, a kind of event, and people it concerns."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.registries import EventKind
from tests.factories.notifications import registered
from tests.factories.notifications import workshop as made_up
from tests.factories.sink import Sink, receiving


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A real SMTP server on this machine, and settings that lead to it."""
    with receiving(settings) as server:
        yield server


@pytest.fixture
def workshop() -> Iterator[EventKind]:
    """The made-up kind of event is registered."""
    with registered(made_up()) as kind:
        yield kind
