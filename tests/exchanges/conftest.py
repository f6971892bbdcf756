"""Shared fixtures of the exchange tests: English texts, a format with reminders, an edition of four cohorts."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from programmes.models import Edition, Format
from tests.factories.exchanges import edition_with_reminders
from tests.factories.snapshots import built_once


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


new_edition = built_once(edition_with_reminders)


@pytest.fixture
def edition(db: None) -> Edition:
    """Return an edition of four running cohorts with two members each, from 5 January 2027 to 4 January 2029."""
    return new_edition()


@pytest.fixture
def exchange_format(edition: Edition) -> Format:
    """Return the edition's published format, of 24 months with the full reminder schedule."""
    return edition.format
