"""What came to a cohort after somebody's last day is nowhere to be read for them; who stayed reads it."""

from collections.abc import Iterator
from typing import Any

import pytest

from cohorts.models import Cohort
from tests.matrix.canaries import HIDDEN, LATE, heard
from tests.matrix.stage import Stage, scene
from tests.test_canaries import page

pytestmark = pytest.mark.django_db

# Pages on which nothing of it stands for who stayed either.
SAYS_NOTHING = {"cohorts:sessions", "figures:network", "prototypes:trial"}


def pages_of(cohort: Cohort) -> Iterator[tuple[str, list[Any]]]:
    """Lists, and the pages of what was there before."""
    idea = cohort.ideas.filter(state="decided").earliest("pk")
    made = idea.prototypes.earliest("pk")
    held, coming = (cohort.hosted_exchanges.get(state=state) for state in ("held", "registration_open"))
    of: list[tuple[list[Any], str]] = [
        ([], "home prototypes:idea_list prototypes:log cohorts:sessions figures:network"),
        ([cohort.edition.slug], "programmes:lessons"),
        ([cohort.slug], "prototypes:board prototypes:challenge_list prototypes:canvas_list"),
        ([cohort.slug], "cohorts:cohort cohorts:members cohorts:stakeholders cohorts:cohort_sessions"),
        ([cohort.challenges.earliest("pk").pk], "prototypes:challenge"),
        ([idea.pk], "prototypes:idea prototypes:idea_events prototypes:idea_comments prototypes:compare"),
        ([idea.comments.filter(thread=None).earliest("pk").pk], "prototypes:comment"),
        ([made.pk], "prototypes:prototype prototypes:prototype_comments"),
        ([made.trials.filter(state="concluded").earliest("pk").pk], "prototypes:trial"),
        ([cohort.sessions.get(state="reported").pk], "cohorts:session"),
        ([cohort.sessions.get(state="scheduled").pk], "cohorts:session"),
        ([coming.pk], "exchanges:exchange exchanges:contributions"),
        ([held.pk], "exchanges:minutes"),
        ([], "exchanges:memory"),
    ]
    return ((name, args) for args, names in of for name in names.split())


def test_who_left_hears_nothing_of_it_and_who_stayed_does(stage: Stage):
    told: dict[tuple[str, str], tuple[bool, list[str]]] = {}
    with scene():
        for name, args in pages_of(stage.home.cohort):
            stayed, left = (heard(page(stage.clients[letter], name, *args), LATE) for letter in "Mp")
            told[name, str(args)] = (bool(stayed), left[:3])
    assert {name: left for name, (_stayed, left) in told.items() if left} == {}
    assert {name for (name, _args), (stayed, _left) in told.items() if not stayed} == SAYS_NOTHING


def test_the_search_finds_it_for_who_stayed_only(stage: Stage):
    with scene():
        found = {letter: bool(heard(page(stage.clients[letter], "search", q=HIDDEN), LATE)) for letter in "Mp"}
    assert found == {"M": True, "p": False}
