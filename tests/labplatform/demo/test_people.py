"""The invented people of the demonstration."""

import pytest

from accounts.models import User
from labplatform.demo.people import GIVEN_NAMES, OTHER_ROLES, CohortTeam, address, give_password
from labplatform.demo.stories import read


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Camille Démo-Loire", "camille.demo-loire@demo.example"),
        ("Loïs Démo-Labo", "lois.demo-labo@demo.example"),
        ("Marie-Jo Démo-Flandre", "marie-jo.demo-flandre@demo.example"),
    ],
)
def test_address_is_the_name_in_ascii(name: str, found: str):
    assert address(name) == found


@pytest.mark.parametrize("name", ["pays_de_la_loire", "dunkerque", "occitanie", "metz", "lycee"])
def test_every_cohort_has_enough_names_and_every_idea_an_owner(name: str):
    stories = read(name)
    later = len(stories.data.get("relays_later", ()))
    assert stories.data["seats_taken"] + len(OTHER_ROLES) + later <= len(GIVEN_NAMES)
    assert max(story.data["owner"] for story in stories.ideas) < stories.data["seats_taken"]


def test_given_names_are_unique():
    assert len(set(GIVEN_NAMES)) == len(GIVEN_NAMES)


def test_idea_belongs_to_the_ambassador_of_its_story():
    people = [User(full_name=f"Camille {number}") for number in range(3)]
    team = CohortTeam(people, pilot=people[0], resident=people[1])
    assert [team.owner({"owner": 2}), team.owner({})] == [people[2], people[0]]


@pytest.mark.django_db
def test_password_needs_the_demo_users():
    assert give_password("a long demonstration word") is False
