"""What the account page tells of second factors taken away: of oneself only."""

import pytest

from accounts.models import FactorReset
from accounts.second_factors.panels import resets
from tests.factories.accounts import asked_by
from tests.factories.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def test_each_reads_of_themselves(cast: Cast):
    FactorReset.objects.create(person=cast["P"], staff=cast["S"], because="Seen", made_at=NOW)
    taken = {letter: resets(asked_by(cast[letter])) is not None for letter in "MPX"}
    assert taken == {"M": False, "P": True, "X": False}
