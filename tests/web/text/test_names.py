"""The order and display of names."""

import pytest

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.text.names import display_name, erased_name, name_ordering

pytestmark = pytest.mark.django_db


def test_name_ordering_ignores_accents_and_capitals():
    for name in ("Zoé", "Élise", "ernest", "Adèle", "Élise"):
        UserFactory(full_name=name)
    found = list(User.objects.order_by(*name_ordering("full_name")).values_list("full_name", flat=True))
    assert found == ["Adèle", "Élise", "Élise", "ernest", "Zoé"]


@pytest.mark.parametrize(
    ("stored", "displayed"),
    [
        ("Ada Martin", "Ada Martin"),
        ("", ""),
        ("#12", "Former member 12"),
        ("#", "#"),
        ("#12a", "#12a"),
        ("# 12", "# 12"),
        ("12", "12"),
    ],
)
def test_an_erased_name_is_shown_as_a_numbered_former_member(stored: str, displayed: str):
    assert display_name(stored) == displayed


def test_person_name_fields_return_the_display_name():
    assert display_name(erased_name(7)) == "Former member 7"
