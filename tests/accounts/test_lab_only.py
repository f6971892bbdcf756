"""What the lab alone does with accounts: anybody else is refused before it shows who there is."""

import pytest
from django.urls import reverse

from tests.factories.accounts import signed_in
from tests.factories.cast import Cast

NOBODY = 10**6


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["act_as", "reset_second_factor"])
@pytest.mark.parametrize("letter", ["C", "P", "A", "X"])
def test_a_number_tells_nobody_else_whether_there_is_such_a_person(cast: Cast, route: str, letter: str):
    client = signed_in(cast[letter])
    asked = [client.get(reverse(route, args=[pk])).status_code for pk in (cast["M"].pk, NOBODY)]
    assert asked == [403, 403]


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["act_as", "reset_second_factor"])
def test_the_lab_learns_that_there_is_nobody(cast: Cast, route: str):
    assert signed_in(cast["S"]).get(reverse(route, args=[NOBODY])).status_code == 404
