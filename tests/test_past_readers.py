"""What came to a cohort after somebody's last day is nowhere to be read for them; who stayed reads it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cohorts.models import Cohort
from tests.matrix.canaries import HIDDEN, LATE, heard
from tests.matrix.stage import Stage, scene
from tests.test_canaries import page

pytestmark = pytest.mark.django_db


def pages_of(cohort: Cohort) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Those of what was there before, and lists."""
    idea = cohort.ideas.filter(state="decided").earliest("pk")
    prototype = idea.prototypes.earliest("pk")
    trial = prototype.trials.earliest("pk")
    session = cohort.sessions.get(state="reported")
    for name, args in PAGES.items():
        yield name, args(cohort, idea, prototype, trial, session)


PAGES: dict[str, Callable[..., tuple[Any, ...]]] = {
    "home": lambda *_: (),
    "prototypes:idea_list": lambda *_: (),
    "prototypes:log": lambda *_: (),
    "prototypes:rates": lambda *_: (),
    "prototypes:board": lambda cohort, *_: (cohort.slug,),
    "prototypes:challenge_list": lambda cohort, *_: (cohort.slug,),
    "prototypes:canvas_list": lambda cohort, *_: (cohort.slug,),
    "prototypes:challenge": lambda cohort, *_: (cohort.challenges.earliest("pk").pk,),
    "prototypes:idea": lambda _c, idea, *_: (idea.pk,),
    "prototypes:idea_events": lambda _c, idea, *_: (idea.pk,),
    "prototypes:idea_comments": lambda _c, idea, *_: (idea.pk,),
    "prototypes:compare": lambda _c, idea, *_: (idea.pk,),
    "prototypes:prototype": lambda _c, _i, made, *_: (made.pk,),
    "prototypes:prototype_comments": lambda _c, _i, made, *_: (made.pk,),
    "prototypes:trial": lambda _c, _i, _p, trial, *_: (trial.pk,),
    "cohorts:cohort": lambda cohort, *_: (cohort.slug,),
    "cohorts:member_list": lambda cohort, *_: (cohort.slug,),
    "cohorts:stakeholder_list": lambda cohort, *_: (cohort.slug,),
    "cohorts:session_list": lambda *_: (),
    "cohorts:session": lambda *rows: (rows[-1].pk,),
}


def test_who_left_hears_nothing_of_it_and_who_stayed_does(stage: Stage):
    told: dict[str, tuple[bool, list[str]]] = {}
    with scene():
        for name, args in pages_of(stage.home.cohort):
            stayed, left = (heard(page(stage.clients[letter], name, *args), LATE) for letter in "Mp")
            told[name] = (bool(stayed), left[:3])
    assert {name: left for name, (_stayed, left) in told.items() if left} == {}
    assert {name for name, (stayed, _left) in told.items() if not stayed} == set()


def test_the_search_finds_it_for_who_stayed_only(stage: Stage):
    with scene():
        found = {letter: bool(heard(page(stage.clients[letter], "search", q=HIDDEN), LATE)) for letter in "Mp"}
    assert found == {"M": True, "p": False}
