"""What tests of exchanges share: sentences as they are written, a ladder, an edition of four cohorts."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from programmes.models import Edition, Format
from tests.factories.exchanges import edition_of_four, format_with_ladder


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def pattern(db: None) -> Format:
    """A published format of 24 months with the whole ladder of letters."""
    return format_with_ladder()


@pytest.fixture
def edition(pattern: Format) -> Edition:
    """Four running cohorts of two members each, from 5 January 2027 to 4 January 2029."""
    return edition_of_four(format=pattern, people=2)
