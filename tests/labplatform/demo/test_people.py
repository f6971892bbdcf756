"""The invented people of the demonstration."""

import pytest

from accounts.models import User
from labplatform.demo.people import GIVEN, OTHERS, Team, address, give_password
from labplatform.demo.stories import read


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Camille Démo-Loire", "camille.demo-loire@demo.example"),
        ("Loïs Démo-Labo", "lois.demo-labo@demo.example"),
        ("Marie-Jo Démo-Flandre", "marie-jo.demo-flandre@demo.example"),
    ],
)
def test_an_address_is_the_name_in_plain_letters(name: str, found: str):
    assert address(name) == found


@pytest.mark.parametrize("name", ["pays_de_la_loire", "dunkerque", "occitanie", "metz", "lycee"])
def test_there_are_names_enough_for_every_cohort_and_an_owner_for_every_idea(name: str):
    run = read(name)
    later = len(run.told.get("relays_later", ()))
    assert run.told["seats_taken"] + len(OTHERS) + later <= len(GIVEN)
    assert max(story.told["owner"] for story in run.ideas) < run.told["seats_taken"]


def test_no_name_is_given_twice():
    assert len(set(GIVEN)) == len(GIVEN)


def test_an_idea_belongs_to_the_ambassador_its_story_names():
    people = [User(full_name=f"Camille {place}") for place in range(3)]
    team = Team(people, pilot=people[0], resident=people[1])
    assert [team.owner({"owner": 2}), team.owner({})] == [people[2], people[0]]


@pytest.mark.django_db
def test_without_the_three_there_is_nobody_to_give_a_password_to():
    assert give_password("a long demonstration word") is False
