"""Shared fixtures of the exchange tests: English texts, a format with reminders, an edition of four cohorts."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from programmes.models import Edition, Format
from tests.factories.exchanges import edition_of_four, format_with_reminder_schedule


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def exchange_format(db: None) -> Format:
    """Return a published format of 24 months with the full reminder schedule."""
    return format_with_reminder_schedule()


@pytest.fixture
def edition(exchange_format: Format) -> Edition:
    """Return an edition of four running cohorts with two members each, from 5 January 2027 to 4 January 2029."""
    return edition_of_four(format=exchange_format, people=2)
