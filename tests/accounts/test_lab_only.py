"""Pages of accounts for lab staff only refuse others without revealing who exists."""

import pytest
from django.urls import reverse

from tests.factories.accounts import signed_in
from tests.factories.cast import Cast

NOBODY = 10**6


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["act_as", "reset_second_factor"])
@pytest.mark.parametrize("role", ["C", "P", "A", "X"])
def test_pages_reveal_the_existence_of_people_only_to_the_lab(cast: Cast, route: str, role: str):
    client = signed_in(cast[role])
    statuses = [client.get(reverse(route, args=[pk])).status_code for pk in (cast["M"].pk, NOBODY)]
    assert statuses == [403, 403]


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["act_as", "reset_second_factor"])
def test_lab_staff_get_404_for_unknown_people(cast: Cast, route: str):
    assert signed_in(cast["S"]).get(reverse(route, args=[NOBODY])).status_code == 404
