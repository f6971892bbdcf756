"""People of a cohort by role, in the order of its page."""

from cohorts.models import Membership
from cohorts.people.enums import Role
from cohorts.people.role_groups import CIRCLES, circles


def member(role: str, *, discipline: str = "", unit: str = "") -> Membership:
    return Membership(role=role, discipline=discipline, unit=unit)


def test_every_role_has_its_circle():
    assert set(CIRCLES) == set(Role)


def test_circles_come_in_the_order_of_the_page_and_empty_ones_are_left_out():
    people = [member("direction"), member("pilot"), member("ambassador"), member("ambassador"), member("resident")]
    found = circles(people)
    assert [(circle.role, len(circle.people)) for circle in found] == [
        ("ambassador", 2),
        ("resident", 1),
        ("pilot", 1),
        ("direction", 1),
    ]
    assert [circle.tone for circle in found] == ["", "resident", "", ""]
    assert circles([]) == []


def test_a_circle_says_what_its_people_bring_each_once():
    (residents,) = circles([member("resident", discipline=word) for word in ("design", "sociology", "design")])
    assert residents.about == "design, sociology"


def test_the_department_is_said_for_the_pilot_only():
    pilot, relays = circles([member("pilot", unit="Accueil"), member("relay", unit="Voirie")])
    assert (pilot.about, relays.about) == ("Accueil", "")
