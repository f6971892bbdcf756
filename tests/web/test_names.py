"""Names in the order people read them."""

import pytest

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.names import by_name

pytestmark = pytest.mark.django_db


def test_accents_and_capitals_change_nothing_in_the_order():
    for name in ("Zoé", "Élise", "ernest", "Adèle", "Élise"):
        UserFactory(full_name=name)
    found = list(User.objects.order_by(*by_name("full_name")).values_list("full_name", flat=True))
    assert found == ["Adèle", "Élise", "Élise", "ernest", "Zoé"]
