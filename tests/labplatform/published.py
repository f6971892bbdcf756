"""The published facts after their first loading: read once per test run, then restored."""

from labplatform.demo.facts.loader import load_facts
from tests.factories.snapshots import built_once


@built_once
def published_facts() -> dict[str, int]:
    """Return the report of that loading."""
    return load_facts(by=None)
