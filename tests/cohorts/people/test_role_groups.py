"""Tests of the members of a cohort by role, in the order of its page."""

from cohorts.models import Membership
from cohorts.people.enums import MembershipRole
from cohorts.people.role_groups import GROUP_LABELS, role_groups


def member(role: str, *, discipline: str = "", unit: str = "") -> Membership:
    return Membership(role=role, discipline=discipline, unit=unit)


def test_every_role_has_a_label():
    assert set(GROUP_LABELS) == set(MembershipRole)


def test_groups_are_in_the_order_of_the_page_without_empty_ones():
    people = [member("direction"), member("pilot"), member("ambassador"), member("ambassador"), member("resident")]
    groups = role_groups(people)
    assert [(group.role, len(group.people)) for group in groups] == [
        ("ambassador", 2),
        ("resident", 1),
        ("pilot", 1),
        ("direction", 1),
    ]
    assert [group.tone for group in groups] == ["", "resident", "", ""]
    assert role_groups([]) == []


def test_a_group_lists_disciplines_each_once():
    (residents,) = role_groups([member("resident", discipline=word) for word in ("design", "sociology", "design")])
    assert residents.about == "design, sociology"


def test_only_the_pilot_group_shows_the_department():
    pilot, relays = role_groups([member("pilot", unit="Accueil"), member("relay", unit="Voirie")])
    assert (pilot.about, relays.about) == ("Accueil", "")
