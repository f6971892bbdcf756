"""The timeline of an idea entry by entry, without a page."""

from datetime import date

import pytest
from django.utils.translation import override

from prototypes.enums import IdeaState
from prototypes.ideas.views import idea_timeline
from prototypes.ideas.views.timeline_entries import day_text
from prototypes.models import Idea, IdeaEvent, Prototype, Trial

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("day", "precision", "written"),
    [
        (date(2026, 9, 3), "day", "3 Sep 2026"),
        (date(2026, 8, 1), "month", "Aug 2026"),
        (date(2026, 1, 1), "year", "2026"),
        (None, "day", "date unknown"),
    ],
)
def test_dates_are_shown_with_their_precision(day: date | None, precision: str, written: str):
    assert day_text(day, precision) == written


def test_french_dates_are_french():
    with override("fr"):
        assert day_text(date(2026, 9, 1)) == "01/09/2026"


@pytest.mark.parametrize(
    ("state", "before", "fields", "written"),
    [
        ("captured", "", {}, "Captured"),
        ("accepted", "captured", {}, "Accepted"),
        ("accepted", "abandoned", {}, "Reopened"),
        ("testing", "parked", {}, "Resumed"),
        ("abandoned", "parked", {}, "Abandoned"),
        ("decided", "testing", {"decision": "adapt"}, "Decided: adapt"),
        ("testing", "", {"is_reported_state": True, "state_label": "tested"}, "tested"),
        ("implemented", "", {"is_reported_state": True}, "Implemented"),
    ],
)
def test_event_titles(state: str, before: str, fields: dict[str, object], written: str):
    assert str(idea_timeline.event_title(IdeaEvent(state=state, **fields), before)) == written


def test_acceptance_without_a_reason_says_that_months_count():
    plain, reasoned = IdeaEvent(state="accepted"), IdeaEvent(state="accepted", reason="By the board")
    assert (str(idea_timeline.event_text(plain)), idea_timeline.event_text(reasoned)) == (
        "The months are counted from this day.",
        "By the board",
    )


@pytest.mark.parametrize(("opens", "href"), [(True, "/ideas/2/"), (False, "")])
def test_merge_links_to_its_target_if_the_reader_can_open_it(opens: bool, href: str):
    event = IdeaEvent(state="merged", merged_into=Idea(pk=2, reference="RIV-002", title="Une borne"))
    below = idea_timeline.event_details(event, idea_timeline.NO_RELATED_IDEAS, {}, target_opens=opens)
    assert [(one.name, one.href) for one in below.related_ideas] == [("RIV-002 Une borne", href)]


@pytest.mark.parametrize(
    ("abandoned_for", "expected"),
    [("no_need", "Nobody needs it. We asked"), ("other", "We asked"), ("", "We asked")],
)
def test_abandonment_shows_the_listed_reason_before_the_comment(abandoned_for: str, expected: str):
    event = IdeaEvent(state="abandoned", reason="We asked", abandoned_for=abandoned_for)
    moved = IdeaEvent(pk=2, state="abandoned", reason="The day", abandoned_for=abandoned_for, corrects_id=1)
    assert [idea_timeline.event_text(event), idea_timeline.event_text(moved, event)] == [expected, expected]


def test_corrected_event_shows_what_was_recorded_first():
    first = IdeaEvent(pk=1, state="accepted", effective_on=date(2026, 3, 2))
    moved = IdeaEvent(pk=2, state="accepted", effective_on=date(2026, 3, 9), corrects_id=1, reason="Minutes")
    never = IdeaEvent(pk=3, state="captured", effective_on=date(2026, 2, 2), corrects_id=1, reason="Minutes")
    same = IdeaEvent(pk=4, state="accepted", effective_on=date(2026, 3, 2), corrects_id=1, reason="Minutes")
    assert [idea_timeline.original_text(event, first) for event in (moved, never, same, first)] == [
        "First recorded: 2 Mar 2026.",
        "First recorded: accepted.",
        "",
        "",
    ]


def test_correction_shows_its_reason_in_the_detail():
    event = IdeaEvent(state="accepted", corrects_id=4, reason="Minutes", effective_on=TODAY)
    assert (idea_timeline.event_text(event), idea_timeline.event_detail(event)) == ("", "Corrected: Minutes")


def test_corrected_date_keeps_the_first_reason():
    first = IdeaEvent(pk=1, state="abandoned", reason="No budget")
    moved = IdeaEvent(pk=2, state="abandoned", reason="Minutes", corrects_id=1)
    assert [
        idea_timeline.event_text(moved, first),
        idea_timeline.event_text(moved, IdeaEvent(state="accepted", reason="Reopened")),
    ] == [
        "No budget",
        "",
    ]


def test_event_that_never_happened_leaves_the_state_unchanged():
    event = IdeaEvent(state="abandoned", corrects_id=4)
    assert [str(idea_timeline.event_title(event, before)) for before in ("abandoned", "accepted")] == [
        "State unchanged: abandoned",
        "Abandoned",
    ]


def test_event_detail_names_imprecision_publication_and_source():
    event = IdeaEvent(effective_on=TODAY, precision="month", is_reported_state=True, source="A page")
    assert idea_timeline.event_detail(event) == "Exact day unknown. Known so far, as published. Source: A page"


def events(*states: str) -> list[IdeaEvent]:
    return [IdeaEvent(pk=n, state=state, effective_on=date(2026, 2, n)) for n, state in enumerate(states, start=1)]


def titles(lines: list[idea_timeline.IdeaTimelineEvent]) -> list[str]:
    return [str(line.title) for line in lines]


def test_timeline_without_prototypes_shows_every_event():
    lines = idea_timeline.timeline_events(events("captured", "accepted", "prototyping", "testing"), [])
    assert titles(lines) == ["Captured", "Accepted", "Prototyping", "In test"]


def test_corrected_event_is_not_in_the_timeline():
    first, second = IdeaEvent(pk=1, state="captured"), IdeaEvent(pk=2, state="captured", corrects_id=1)
    assert idea_timeline.uncorrected_events([first, second]) == [second]


@pytest.mark.parametrize("state", [state for state in IdeaState if state not in {"implemented", "merged", "split"}])
def test_every_open_state_has_a_next_step(state: str):
    line = idea_timeline.next_step_event(Idea(pk=1, state=state), [], frozenset("S"))
    assert line is not None
    assert (line.kind, bool(line.below.button.decision)) == ("next", True)


@pytest.mark.parametrize("state", ["implemented", "merged", "split", ""])
def test_ended_idea_has_no_next_step(state: str):
    assert idea_timeline.next_step_event(Idea(pk=1, state=state), [], frozenset("S")) is None


def test_published_idea_has_no_next_step():
    assert idea_timeline.next_step_event(Idea(pk=1, state="testing", retrospective=True), [], frozenset("S")) is None


@pytest.mark.parametrize(
    ("state", "roles", "addresses"),
    [
        *((state, "P", []) for state in ("parked", "abandoned", "merged", "implemented", "handed_over")),
        ("accepted", "M", ["/ideas/7/prototypes/new/"]),
        ("accepted", "R", []),
        ("captured", "M", ["/ideas/7/prototypes/new/"]),
        ("captured", "P", ["/ideas/7/accept/", "/ideas/7/prototypes/new/"]),
    ],
)
def test_page_of_an_idea_begins_with_acceptance_then_the_next_work(state: str, roles: str, addresses: list[str]):
    buttons = idea_timeline.main_buttons(Idea(pk=7, state=state), [], frozenset(roles))
    assert [button.href for button in buttons] == addresses
    assert idea_timeline.main_buttons(Idea(pk=7, state=state, retrospective=True), [], frozenset(roles)) == []


def test_refused_button_shows_the_reason():
    button = idea_timeline.next_button(Idea(pk=7, state="accepted"), idea_timeline.OpenWork(), frozenset("R"))
    assert (bool(button.decision), str(button.decision.reason)[:8]) == (False, "Only the")


def test_prototype_entry_shows_its_details():
    first = Prototype(pk=1, version=1, title="Affiche")
    line = Prototype(pk=2, version=2, title="Borne", fidelity=3, supersedes=first, made_on=date(2026, 11, 9))
    line._prefetched_objects_cache = {"trials": []}
    entry = idea_timeline.prototype_event(line)
    assert (entry.when, entry.title, entry.text, entry.detail) == (
        "9 Nov 2026",
        "Prototype 2",
        "Borne",
        " · realism 3 of 5 · replaces 1",
    )


@pytest.mark.parametrize(("day", "written"), [(date(2026, 5, 11), "11 May 2026"), (None, "")])
def test_a_test_has_the_day_on_which_it_was_held(day: date | None, written: str):
    assert idea_timeline.trial_card(Trial(pk=1, unit="min", held_on=day)).held_day == written
