"""What the app brings to the platform when it starts."""

from accounts.models import User
from programmes.apps import is_lab_staff
from web.pages.navigation import navigation


def test_programmes_are_in_everyones_menu_and_authorities_in_the_labs():
    programmes, authorities = navigation["programmes"], navigation["authorities"]
    assert (programmes.url_name, programmes.icon) == ("programmes:programmes", "layers")
    assert [programmes.shown_to(User(is_lab_staff=staff)) for staff in (True, False)] == [True, True]
    assert [authorities.shown_to(User(is_lab_staff=staff)) for staff in (True, False)] == [True, False]


def test_programmes_come_before_authorities():
    assert [slug for slug in navigation.slugs() if slug in {"programmes", "authorities"}] == [
        "programmes",
        "authorities",
    ]


def test_lab_staff_is_a_role_and_not_the_administration():
    assert is_lab_staff(User(is_lab_staff=False, is_staff=True, is_superuser=True)) is False
