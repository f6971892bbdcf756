"""Names in the order people read them."""

import pytest

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.text.names import by_name, mark_of, shown_name

pytestmark = pytest.mark.django_db


def test_accents_and_capitals_change_nothing_in_the_order():
    for name in ("Zoé", "Élise", "ernest", "Adèle", "Élise"):
        UserFactory(full_name=name)
    found = list(User.objects.order_by(*by_name("full_name")).values_list("full_name", flat=True))
    assert found == ["Adèle", "Élise", "Élise", "ernest", "Zoé"]


@pytest.mark.parametrize(
    ("kept", "shown"),
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
def test_a_name_that_was_erased_says_which_former_member_it_was(kept: str, shown: str):
    assert shown_name(kept) == shown


def test_a_mark_is_what_a_name_is_read_from():
    assert shown_name(mark_of(7)) == "Former member 7"
