"""What was added to a cohort after a member's last day is visible to current members only."""

from collections.abc import Iterator
from typing import Any

import pytest

from cohorts.models import Cohort
from tests.matrix.leak_markers import LATE, SEARCH_WORD, leaks_in
from tests.matrix.stage import Stage, rolled_back
from tests.test_leaks import page

pytestmark = pytest.mark.django_db

# Pages that do not show it to current members either.
WITHOUT_NAME = {"cohorts:session", "cohorts:sessions", "figures:network", "prototypes:trial"}


def pages_of(cohort: Cohort) -> Iterator[tuple[str, list[Any]]]:
    """Return lists, and the pages of objects that existed before."""
    idea = cohort.ideas.filter(state="decided").earliest("pk")
    prototype = idea.prototypes.earliest("pk")
    held, coming = (cohort.hosted_exchanges.get(state=state) for state in ("held", "registration_open"))
    pages: list[tuple[list[Any], str]] = [
        ([], "home prototypes:idea_list prototypes:log cohorts:sessions figures:network"),
        ([cohort.edition.slug], "programmes:lessons"),
        ([cohort.slug], "prototypes:board prototypes:challenge_list canvases:canvas_list"),
        ([cohort.slug], "fieldwork:note_list fieldwork:board"),
        ([cohort.slug], "cohorts:cohort cohorts:members cohorts:stakeholders cohorts:cohort_sessions"),
        ([cohort.challenges.earliest("pk").pk], "prototypes:challenge"),
        ([idea.pk], "prototypes:idea prototypes:idea_events comments:idea_comments prototypes:compare"),
        ([idea.comments.filter(thread=None).earliest("pk").pk], "comments:comment"),
        ([prototype.pk], "prototypes:prototype comments:prototype_comments"),
        ([prototype.trials.filter(state="concluded").earliest("pk").pk], "prototypes:trial"),
        ([cohort.sessions.get(state="reported").pk], "cohorts:session"),
        ([cohort.sessions.get(state="scheduled").pk], "cohorts:session"),
        ([cohort.sessions.get(state="scheduled").pk], "cohorts:session_participants"),
        ([coming.pk], "exchanges:exchange exchanges:contributions"),
        ([held.pk], "exchanges:minutes"),
        ([], "exchanges:archive"),
    ]
    return ((name, args) for args, names in pages for name in names.split())


def test_former_member_reads_nothing_added_later_and_current_member_does(stage: Stage):
    results: dict[tuple[str, str], tuple[bool, list[str]]] = {}
    with rolled_back():
        for name, args in pages_of(stage.home.cohort):
            stayed, left = (leaks_in(page(stage.clients[role], name, *args), LATE) for role in "Mp")
            results[name, str(args)] = (bool(stayed), left[:3])
    assert {name: left for name, (_stayed, left) in results.items() if left} == {}
    assert {name for (name, _args), (stayed, _left) in results.items() if not stayed} == WITHOUT_NAME


def test_search_finds_later_rows_for_current_members_only(stage: Stage):
    with rolled_back():
        found = {role: bool(leaks_in(page(stage.clients[role], "search", q=SEARCH_WORD), LATE)) for role in "Mp"}
    assert found == {"M": True, "p": False}
