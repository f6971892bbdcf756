"""The account page shows people when lab staff acted as them."""

import pytest

from accounts.acting.actions import open_support
from accounts.acting.panels import support_visits_panel
from tests.factories.accounts import request_by
from tests.factories.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def test_people_see_only_support_visits_to_themselves(cast: Cast):
    open_support(person=cast["M"], reason="Asked", at=NOW, by=cast["S"])
    has_panel = {role: support_visits_panel(request_by(cast[role])) is not None for role in "MPX"}
    assert has_panel == {"M": True, "P": False, "X": False}
