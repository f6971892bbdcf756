"""The canvases of the demonstration, as they are written: worth printing, and resting on what really happened."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from canvases.canvas_schema import PATTERNS
from labplatform.demo.canvases import canvases
from labplatform.demo.stories import CONTENT, read

[PERSONA, JOURNEY, BLUEPRINT, SERVICE] = ALL = canvases("dunkerque")
TITLES = [told["title"] for told in ALL]


def texts(told: dict[str, Any]) -> Iterator[list[Any]]:
    yield from told.get("sections", {}).values()
    for step in told.get("steps", []):
        yield from (said for lane, said in step.items() if lane != "name")


def test_one_of_each_kind():
    assert [told["kind"] for told in ALL] == list(PATTERNS)


@pytest.mark.parametrize("told", ALL, ids=TITLES)
def test_every_place_is_filled(told: dict[str, Any]):
    pattern = PATTERNS[told["kind"]]
    assert sorted(told.get("sections", {})) == sorted(lane.slug for lane in pattern.sections)
    for step in told.get("steps", []):
        assert sorted(step) == sorted(["name", *(lane.slug for lane in pattern.lanes)])


def test_they_are_full():
    assert [len(told.get("steps", [])) for told in ALL] == [4, 6, 6, 0]


@pytest.mark.parametrize("told", ALL, ids=TITLES)
def test_a_canvas_shows_more_than_one_way_to_stand(told: dict[str, Any]):
    assert {said[1].split()[0] for said in texts(told)} >= {"hypothèse", "session", "confirme"}


@pytest.mark.parametrize("told", ALL, ids=TITLES)
def test_what_is_cited_is_told_elsewhere(told: dict[str, Any]):
    run = read(told["cohort"])
    sessions = {row["title"] for row in (*run.sessions, *run.meetings)}
    tests = {story.title: len(story.told.get("trials", [])) for story in run.ideas}
    for _text, basis, *_level in texts(told):
        kind, _space, rest = basis.partition(" ")
        if kind == "session":
            assert rest in sessions
        elif kind != "hypothèse":
            number, _space, idea = rest.partition(" ")
            assert (kind in {"confirme", "contredit", "attend"}, 0 < int(number) <= tests[idea]) == (True, True)


def test_every_canvas_belongs_to_a_cohort_that_draws_it():
    told = tomllib.loads((CONTENT / "canvases.toml").read_text(encoding="utf-8"))["canvases"]
    assert {row["cohort"] for row in told} == {"dunkerque"}
