"""The menu as the apps fill it: what only the lab finds there."""

from accounts.models import User
from web.pages.navigation import navigation


def found_by(user: User) -> set[str]:
    return {slug for slug, item in navigation.items() if item.shown_to(user)}


def test_only_the_lab_is_led_to_its_own_pages():
    everybody, lab = found_by(User(pk=1)), found_by(User(pk=1, is_lab_staff=True))
    assert (lab - everybody, everybody - lab) == ({"status", "letters", "authorities"}, set())
