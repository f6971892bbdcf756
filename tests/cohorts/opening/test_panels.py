"""Tests of the button on the home page that opens an edition."""

import pytest
from django.http import HttpRequest

from cohorts.opening.panels import open_an_edition
from tests.factories.cast import Cast


@pytest.mark.parametrize(("role", "href"), [("S", "/open-edition/"), ("P", None), ("M", None)])
def test_the_main_action_of_lab_staff_opens_an_edition(cast: Cast, role: str, href: str | None):
    request = HttpRequest()
    request.user = cast[role]
    action = open_an_edition(request)
    assert (action.href if action else None) == href
