"""The account page shows people when their second factor was removed."""

import pytest

from accounts.models import FactorReset
from accounts.second_factors.panels import factor_resets_panel
from tests.factories.accounts import request_by
from tests.factories.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def test_people_see_only_resets_of_their_own_second_factor(cast: Cast):
    FactorReset.objects.create(person=cast["P"], staff=cast["S"], because="Seen", made_at=NOW)
    has_panel = {role: factor_resets_panel(request_by(cast[role])) is not None for role in "MPX"}
    assert has_panel == {"M": False, "P": True, "X": False}
