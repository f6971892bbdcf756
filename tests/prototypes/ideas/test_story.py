"""An idea's story line by line, without a page around it."""

from datetime import date

import pytest
from django.utils.translation import override

from prototypes.enums import IdeaState
from prototypes.ideas.views import story
from prototypes.models import Idea, IdeaEvent, Prototype, Trial

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("day", "precision", "written"),
    [
        (date(2026, 9, 3), "day", "3 Sep"),
        (date(2025, 9, 3), "day", "3 Sep 2025"),
        (date(2026, 8, 1), "month", "Aug 2026"),
        (date(2026, 1, 1), "year", "2026"),
        (None, "day", "date unknown"),
    ],
)
def test_dates_are_as_precise_as_they_are_known(day: date | None, precision: str, written: str):
    assert story.when(day, precision, TODAY) == written


def test_french_dates_are_french():
    with override("fr"):
        assert story.when(date(2026, 9, 1), "day", TODAY) == "1er sept."


@pytest.mark.parametrize(
    ("state", "before", "fields", "written"),
    [
        ("captured", "", {}, "Captured"),
        ("accepted", "captured", {}, "Accepted"),
        ("accepted", "abandoned", {}, "Reopened"),
        ("testing", "parked", {}, "Taken up again"),
        ("abandoned", "parked", {}, "Abandoned"),
        ("decided", "testing", {"decision": "adapt"}, "Decided: adapt"),
        ("testing", "", {"known_as": True, "state_label": "tested"}, "tested"),
        ("implemented", "", {"known_as": True}, "Implemented"),
    ],
)
def test_titles_say_what_happened(state: str, before: str, fields: dict[str, object], written: str):
    assert str(story.title(IdeaEvent(state=state, **fields), before)) == written


def test_acceptance_starts_the_clock_unless_it_says_more():
    plain, reasoned = IdeaEvent(state="accepted"), IdeaEvent(state="accepted", reason="By the board")
    assert (str(story.text(plain)), story.text(reasoned)) == ("The months are counted from this day.", "By the board")


@pytest.mark.parametrize(("opens", "href"), [(True, "/ideas/2/"), (False, "")])
def test_a_merge_names_its_target_and_leads_there_where_the_reader_may_go(opens: bool, href: str):
    event = IdeaEvent(state="merged", merged_into=Idea(pk=2, reference="RIV-002", title="Une borne"))
    below = story.below_event(event, story.ALONE, {}, target_opens=opens)
    assert [(one.name, one.href) for one in below.kin] == [("RIV-002 Une borne", href)]


@pytest.mark.parametrize(
    ("abandoned_for", "said"),
    [("no_need", "Nobody needs it. We asked"), ("other", "We asked"), ("", "We asked")],
)
def test_giving_up_says_the_reason_of_the_list_before_the_words(abandoned_for: str, said: str):
    event = IdeaEvent(state="abandoned", reason="We asked", abandoned_for=abandoned_for)
    moved = IdeaEvent(pk=2, state="abandoned", reason="The day", abandoned_for=abandoned_for, corrects_id=1)
    assert [story.text(event), story.text(moved, event)] == [said, said]


def test_a_corrected_event_says_what_it_said_first():
    first = IdeaEvent(pk=1, state="accepted", effective_on=date(2026, 3, 2))
    moved = IdeaEvent(pk=2, state="accepted", effective_on=date(2026, 3, 9), corrects_id=1, reason="Minutes")
    never = IdeaEvent(pk=3, state="captured", effective_on=date(2026, 2, 2), corrects_id=1, reason="Minutes")
    same = IdeaEvent(pk=4, state="accepted", effective_on=date(2026, 3, 2), corrects_id=1, reason="Minutes")
    assert [story.first_said(event, first, TODAY) for event in (moved, never, same, first)] == [
        "First recorded: 2 Mar.",
        "First recorded: accepted.",
        "",
        "",
    ]


def test_a_correction_says_what_was_wrong_in_its_detail():
    event = IdeaEvent(state="accepted", corrects_id=4, reason="Minutes", effective_on=TODAY)
    assert (story.text(event), story.detail(event)) == ("", "Corrected: Minutes")


def test_on_another_day_it_keeps_the_reason_first_given():
    first = IdeaEvent(pk=1, state="abandoned", reason="No budget")
    moved = IdeaEvent(pk=2, state="abandoned", reason="Minutes", corrects_id=1)
    assert [story.text(moved, first), story.text(moved, IdeaEvent(state="accepted", reason="Reopened"))] == [
        "No budget",
        "",
    ]


def test_what_never_happened_left_the_idea_where_it_was():
    event = IdeaEvent(state="abandoned", corrects_id=4)
    assert [str(story.title(event, before)) for before in ("abandoned", "accepted")] == [
        "State unchanged: abandoned",
        "Abandoned",
    ]


def test_details_tell_imprecision_publication_and_source():
    event = IdeaEvent(effective_on=TODAY, precision="month", known_as=True, source="A page")
    assert story.detail(event) == "Exact day unknown. Known so far, as published. Source: A page"


def events(*states: str) -> list[IdeaEvent]:
    return [IdeaEvent(pk=n, state=state, effective_on=date(2026, 2, n)) for n, state in enumerate(states, start=1)]


def titles(lines: list[story.StoryEvent]) -> list[str]:
    return [str(line.title) for line in lines]


def test_without_prototypes_every_step_is_told():
    told = story.story(events("captured", "accepted", "prototyping", "testing"), [], today=TODAY)
    assert titles(told) == ["Captured", "Accepted", "Prototyping", "In test"]


def test_a_corrected_event_is_left_to_the_record():
    first, second = IdeaEvent(pk=1, state="captured"), IdeaEvent(pk=2, state="captured", corrects_id=1)
    assert story.counting([first, second]) == [second]


@pytest.mark.parametrize("state", [state for state in IdeaState if state not in {"implemented", "merged", "split"}])
def test_every_open_state_says_what_comes_next(state: str):
    line = story.next_line(Idea(pk=1, state=state), [], frozenset("S"))
    assert line is not None
    assert (line.kind, bool(line.below.button.decision)) == ("next", True)


@pytest.mark.parametrize("state", ["implemented", "merged", "split", ""])
def test_an_end_has_nothing_next(state: str):
    assert story.next_line(Idea(pk=1, state=state), [], frozenset("S")) is None


def test_published_facts_have_nothing_next():
    assert story.next_line(Idea(pk=1, state="testing", retrospective=True), [], frozenset("S")) is None


@pytest.mark.parametrize("state", ["parked", "abandoned", "merged", "implemented", "handed_over"])
def test_the_main_action_is_work_only_while_the_idea_is_worked_on(state: str):
    assert story.work_button(Idea(pk=1, state=state), [], frozenset("M")) is None


def test_the_first_work_is_a_prototype():
    button = story.work_button(Idea(pk=7, state="accepted"), [], frozenset("M"))
    assert button is not None
    assert (button.href, bool(button.decision)) == ("/ideas/7/prototypes/new/", True)


def test_those_who_may_not_are_told_why():
    button = story.work_button(Idea(pk=7, state="accepted"), [], frozenset("R"))
    assert button is not None
    assert (bool(button.decision), str(button.decision.reason)[:8]) == (False, "Only the")


def test_a_prototype_says_what_it_is():
    first = Prototype(pk=1, version=1, title="Affiche")
    line = Prototype(pk=2, version=2, title="Borne", fidelity=3, supersedes=first, made_on=date(2026, 11, 9))
    line._prefetched_objects_cache = {"trials": []}
    told = story.prototype_line(line, TODAY)
    assert (told.when, told.title, told.text, told.detail) == (
        "9 Nov",
        "Prototype 2",
        "Borne",
        " · realism 3 of 5 · replaces 1",
    )


@pytest.mark.parametrize(("day", "written"), [(date(2026, 5, 11), "11 May"), (date(2025, 5, 11), "11 May 2025")])
def test_a_test_of_another_year_says_which(day: date, written: str):
    assert story.trial_card(Trial(pk=1, unit="min", held_on=day), TODAY).held == written
