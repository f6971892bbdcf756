"""What the app registers when it starts."""

from accounts.models import User
from programmes.apps import is_lab_staff
from web.pages.hooks import page_hooks


def test_programmes_are_in_everyones_menu_and_authorities_in_the_labs():
    programmes, authorities = page_hooks.by_app["programmes"].menu.values()
    assert (programmes.url_name, programmes.icon) == ("programmes:programmes", "layers")
    assert [programmes.visible_to(User(is_lab_staff=staff)) for staff in (True, False)] == [True, True]
    assert [authorities.visible_to(User(is_lab_staff=staff)) for staff in (True, False)] == [True, False]


def test_programmes_come_before_authorities():
    assert [item.url_name for _, item in sorted(page_hooks.by_app["programmes"].menu.items())] == [
        "programmes:programmes",
        "programmes:authorities",
    ]


def test_lab_staff_is_a_role_and_not_the_administration():
    assert is_lab_staff(User(is_lab_staff=False, is_staff=True, is_superuser=True)) is False
