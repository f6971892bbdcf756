"""The stories of the demonstration in `content/`."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from labplatform.demo.cohorts import TEAM_STEPS
from labplatform.demo.dates import FIRST_COHORT, RESIDENCY, RESIDENCY_SPAN, RESIDENCY_STARTED_DAYS_AGO, STARTED_DAYS_AGO
from labplatform.demo.ideas import CHALLENGE_STEPS, STEPS
from labplatform.demo.stories import CONTENT, StoryStep, parse_step, read

NAMES = [FIRST_COHORT, *STARTED_DAYS_AGO, RESIDENCY]
LOOSE_SIGN = re.compile(r" [;!?:»](?=\s|$)|« |\w[;!?»]|«\w|'")  # an ordinary space, none, or a straight apostrophe

# The fewest days between the first day of a cohort and the day of loading.
FEWEST = {FIRST_COHORT: 646, **STARTED_DAYS_AGO, RESIDENCY: RESIDENCY_STARTED_DAYS_AGO - RESIDENCY_SPAN}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("captured 20", StoryStep("captured", 20)),
        ("handed over 84", StoryStep("handed over", 84)),
        ("framed 0", StoryStep("framed", 0)),
    ],
)
def test_step_is_an_action_and_a_day(text: str, found: StoryStep):
    assert parse_step(text) == found


@pytest.mark.parametrize("text", ["", "captured", "handed over", "captured soon"])
def test_a_step_without_a_day_is_refused(text: str):
    with pytest.raises(ValueError, match="invalid literal"):
        parse_step(text)


def test_every_cohort_has_a_file_and_every_file_is_used():
    others = {"calls", "canvases", "costs", "exchanges", "group_emails", "lessons", "notes", "peers", "publications"}
    assert sorted(path.stem for path in CONTENT.glob("*.toml")) == sorted([*NAMES, *others])


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_known(name: str):
    stories = read(name)
    assert {row.action for story in stories.ideas for row in story.steps} - set(STEPS) == set()
    assert {row.action for story in stories.challenges for row in story.steps} - set(CHALLENGE_STEPS) == set()
    if stories.team:
        assert {row.action for row in stories.team.steps} - {"envisaged", *TEAM_STEPS} == set()


@pytest.mark.parametrize("name", NAMES)
def test_stories_are_in_order_and_end_before_the_day_of_loading(name: str):
    stories = read(name)
    for story in (*stories.challenges, *stories.ideas, *filter(None, [stories.team])):
        days = [row.day for row in story.steps]
        assert days == sorted(days)
        assert max(days, default=0) < FEWEST[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_prototype_test_follow_up_and_indicator_has_a_step(name: str):
    for story in read(name).ideas:
        actions = [row.action for row in story.steps]
        parts = [len(story.data.get(part, [])) for part in ("prototypes", "trials", "follow_ups", "indicators")]
        followed = sum(action.startswith("followed") for action in actions)
        made = [actions.count(action) for action in ("prototype", "locked", "indicator")]
        assert [*made[:2], followed, made[2]] == parts


@pytest.mark.parametrize("name", NAMES)
def test_every_comment_is_by_a_person_of_the_cohort_and_in_order(name: str):
    for story in read(name).ideas:
        comments = story.data.get("comments", [])
        days = [comment["day"] for comment in comments]
        assert (days, max(days, default=0) < FEWEST[name]) == (sorted(days), True)
        assert [index for index, row in enumerate(comments) if row.get("replies_to", -1) >= index] == []
        assert {who for row in comments if isinstance(who := row["by"], str)} <= {"owner", "pilot", "resident"}


@pytest.mark.parametrize("name", NAMES)
def test_every_idea_belongs_to_a_challenge_of_its_cohort(name: str):
    stories = read(name)
    assert {story.data["challenge"] for story in stories.ideas} <= {story.data["key"] for story in stories.challenges}


@pytest.mark.parametrize(
    "action", ["abandoned", "parked", "resumed", "reopened", "merged", "split", "adapted", "dropped"]
)
def test_steps_that_need_a_reason_have_one(action: str):
    stories = [story for name in NAMES for story in (*read(name).challenges, *read(name).ideas)]
    silent = [
        story for story in stories if action in {row.action for row in story.steps} and not story.reason_for(action)
    ]
    assert [story.title for story in silent if not (action == "adapted" and story.data.get("trials"))] == []


def test_a_step_without_a_reason_has_none():
    assert read(FIRST_COHORT).ideas[0].reason_for("abandoned") == ""


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_in_french_typography(name: str):
    stories = read(name)
    parts = [stories.data, stories.sessions, stories.meetings, stories.stakeholders]
    parts += [story.data for story in (*stories.challenges, *stories.ideas, *filter(None, [stories.team]))]
    assert [text for text in strings(parts) if LOOSE_SIGN.search(text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_names_show_that_people_are_invented(name: str):
    stories = read(name)
    assert stories.data["surname"].startswith("Démo-")
    assert [parts["name"] for parts in stories.stakeholders if "démonstration" not in parts["name"]] == []
    assert stories.data["name"].endswith(" (démo)")


@pytest.mark.parametrize("name", [FIRST_COHORT, *STARTED_DAYS_AGO])
def test_each_transfo_has_twelve_sessions(name: str):
    assert [len(parts) for parts in [read(name).sessions]] == [12]
