"""The stories of the demonstration, as they are written."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from labplatform.demo.cohorts import TEAM_STEPS
from labplatform.demo.dates import BEGAN, FIRST, RESIDENCY, RESIDENCY_BEGAN, RESIDENCY_SPAN
from labplatform.demo.ideas import CHALLENGE_STEPS, STEPS
from labplatform.demo.stories import CONTENT, Step, read, step

NAMES = [FIRST, *BEGAN, RESIDENCY]
LOOSE_SIGN = re.compile(r" [;!?:»](?=\s|$)|« |\w[;!?»]|«\w|'")  # an ordinary space, none, or a straight apostrophe

# The fewest days between the first day of a cohort and the day of loading.
FEWEST = {FIRST: 646, **BEGAN, RESIDENCY: RESIDENCY_BEGAN - RESIDENCY_SPAN}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("captured 20", Step("captured", 20)),
        ("handed over 84", Step("handed over", 84)),
        ("framed 0", Step("framed", 0)),
    ],
)
def test_a_step_is_an_act_and_a_day(text: str, found: Step):
    assert step(text) == found


@pytest.mark.parametrize("text", ["", "captured", "handed over", "captured soon"])
def test_a_step_without_a_day_is_refused(text: str):
    with pytest.raises(ValueError, match="invalid literal"):
        step(text)


def test_every_cohort_has_its_file_and_every_file_its_use():
    assert sorted(path.stem for path in CONTENT.glob("*.toml")) == sorted([*NAMES, "canvases", "exchanges", "lessons"])


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_one_the_stage_knows(name: str):
    run = read(name)
    assert {row.act for story in run.ideas for row in story.steps} - set(STEPS) == set()
    assert {row.act for story in run.challenges for row in story.steps} - set(CHALLENGE_STEPS) == set()
    if run.team:
        assert {row.act for row in run.team.steps} - {"envisaged", *TEAM_STEPS} == set()


@pytest.mark.parametrize("name", NAMES)
def test_stories_are_in_order_of_time_and_over_before_the_day_of_loading(name: str):
    run = read(name)
    for story in (*run.challenges, *run.ideas, *filter(None, [run.team])):
        days = [row.day for row in story.steps]
        assert days == sorted(days)
        assert max(days, default=0) < FEWEST[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_prototype_test_and_follow_up_that_is_told_is_made(name: str):
    for story in read(name).ideas:
        acts = [row.act for row in story.steps]
        told = [len(story.told.get(part, [])) for part in ("prototypes", "trials", "follow_ups")]
        followed = sum(act.startswith("followed") for act in acts)
        assert [acts.count("prototype"), acts.count("locked"), followed] == told


@pytest.mark.parametrize("name", NAMES)
def test_every_comment_is_said_by_someone_of_the_cohort_in_order_of_time(name: str):
    for story in read(name).ideas:
        said = story.told.get("comments", [])
        days = [comment["day"] for comment in said]
        assert (days, max(days, default=0) < FEWEST[name]) == (sorted(days), True)
        assert [place for place, row in enumerate(said) if row.get("answers", -1) >= place] == []
        assert {who for row in said if isinstance(who := row["by"], str)} <= {"owner", "pilot", "resident"}


@pytest.mark.parametrize("name", NAMES)
def test_every_idea_belongs_to_a_challenge_of_its_cohort(name: str):
    run = read(name)
    assert {story.told["challenge"] for story in run.ideas} <= {story.told["key"] for story in run.challenges}


@pytest.mark.parametrize("act", ["abandoned", "parked", "resumed", "reopened", "merged", "split", "adapted", "dropped"])
def test_what_is_given_up_set_aside_or_changed_says_why(act: str):
    stories = [story for name in NAMES for story in (*read(name).challenges, *read(name).ideas)]
    silent = [story for story in stories if act in {row.act for row in story.steps} and not story.why(act)]
    assert [story.title for story in silent if not (act == "adapted" and story.told.get("trials"))] == []


def test_a_step_without_a_reason_has_none():
    assert read(FIRST).ideas[0].why("abandoned") == ""


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, said in value.items():
            yield key
            yield from strings(said)
    elif isinstance(value, list | tuple):
        for said in value:
            yield from strings(said)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_in_french_typography(name: str):
    run = read(name)
    told = [run.told, run.sessions, run.meetings, run.stakeholders]
    told += [story.told for story in (*run.challenges, *run.ideas, *filter(None, [run.team]))]
    assert [text for text in strings(told) if LOOSE_SIGN.search(text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_whoever_takes_part_is_recognised_as_a_demonstration(name: str):
    run = read(name)
    assert run.told["surname"].startswith("Démo-")
    assert [told["name"] for told in run.stakeholders if "démonstration" not in told["name"]] == []
    assert run.told["name"].endswith(" (démo)")


@pytest.mark.parametrize("name", [FIRST, *BEGAN])
def test_a_transfo_tells_its_twelve_sessions(name: str):
    assert [len(told) for told in [read(name).sessions]] == [12]
