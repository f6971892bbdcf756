"""What the account page tells of the lab's acting: of oneself only."""

import pytest

from accounts.acting.actions import open_support
from accounts.acting.panels import visits
from tests.factories.accounts import asked_by
from tests.factories.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def test_each_reads_of_themselves(cast: Cast):
    open_support(person=cast["M"], reason="Asked", at=NOW, by=cast["S"])
    acted = {letter: visits(asked_by(cast[letter])) is not None for letter in "MPX"}
    assert acted == {"M": True, "P": False, "X": False}
