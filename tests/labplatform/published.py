"""The published facts as they stand after their first loading: read from the file once per run, then put back."""

from labplatform.demo.facts.loader import load_facts
from tests.factories.remembered import remembered


@remembered
def published_facts() -> dict[str, int]:
    """What that loading answered."""
    return load_facts(by=None)
